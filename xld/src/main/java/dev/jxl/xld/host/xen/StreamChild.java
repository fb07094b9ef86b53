package dev.jxl.xld.host.xen;

import dev.jxl.xenctrl.LibXenControl;
import dev.jxl.xenctrl.LibxcLog;
import dev.jxl.xenctrl.StreamCalls;
import dev.jxl.xenctrl.XenControl;
import dev.jxl.xenctrl.XenControlException;
import dev.jxl.xenctrl.libc.LibC;
import dev.jxl.xenctrl.libc.SystemCallFailed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The process in which libxenguest saves or restores one guest: it checks itself by assertions that end its process, and reads what
 * a stranger may have written. jxld starts it and speaks with it by lines: what is asked and told goes to standard output, answers come
 * by standard input. When jxld is gone it ends at once.
 *
 * <p>{@code save DOMID FILE} appends to a file; {@code send DOMID PIPE live|suspended} writes to a pipe; {@code restore DOMID FILE OFFSET STORE-PORT
 * STORE-DOMID CONSOLE-PORT CONSOLE-DOMID} reads from a file, or with {@code -} for the offset from a pipe. Lines: {@code suspend}, {@code round
 * NUMBER WRITTEN DIRTY}, {@code log-dirty ON}, {@code static-data CPUID-MISSING}, each answered by {@code ok}; a round also by {@code stop}: it was
 * the last one. jxld answers a request that it refuses by ending this process. At the end {@code done}, {@code done STORE-GFN CONSOLE-GFN} or {@code failed WHY}.
 */
public final class StreamChild {
    private static final int ORPHANED = 3;
    private static final String YES = "ok";
    private static final String STOP = "stop";

    /** Instead of an offset: what comes through a pipe. */
    static final String AS_IT_COMES = "-";

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private StreamChild() {}

    /**
     * Does one thing and ends the process: with 0 when it is done.
     *
     * @param args as the class says
     */
    public static void main(String[] args) {
        StreamChild child = new StreamChild();
        Thread.ofPlatform().daemon().name("jxld-s-answers").start(child::listen);
        Runtime.getRuntime().halt(child.run(args));
    }

    /** Lines from jxld; its end is this process's end. */
    private void listen() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                answers.add(line);
            }
        } catch (IOException e) {
            System.err.println(e);
        }
        Runtime.getRuntime().halt(ORPHANED);
    }

    private int run(String[] args) {
        try (XenControl xen = LibXenControl.open(new Silent())) {
            switch (args[0]) {
                case "save" -> {
                    int fd = LibC.open(args[2], LibC.O_RDWR);
                    LibC.seekToEnd(fd);
                    send(xen.streams(), Integer.parseInt(args[1]), fd, false);
                }
                case "send" ->
                    send(
                            xen.streams(),
                            Integer.parseInt(args[1]),
                            LibC.open(args[2], LibC.O_WRONLY),
                            args[3].equals("live"));
                case "restore" -> restore(xen.streams(), args);
                default -> throw new IllegalArgumentException(args[0]);
            }
            return 0;
        } catch (XenControlException | SystemCallFailed | Refused e) {
            out.println("failed " + oneLine(String.valueOf(e.getMessage())));
            return 1;
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }

    private void send(StreamCalls streams, int domid, int fd, boolean live) {
        streams.save(domid, fd, live, new StreamCalls.SaveCallbacks() {
            @Override
            public void suspend() {
                require("suspend");
            }

            @Override
            public StreamCalls.Precopy precopy(StreamCalls.Progress p) {
                return switch (ask("round " + p.iteration() + " " + p.pagesWritten() + " " + p.dirtyPages())) {
                    case YES -> StreamCalls.Precopy.CONTINUE;
                    case STOP -> StreamCalls.Precopy.STOP_AND_COPY;
                    default -> StreamCalls.Precopy.ABORT;
                };
            }

            @Override
            public void logDirty(boolean enable) {
                require("log-dirty " + enable);
            }
        });
        LibC.close(fd);
        out.println("done");
    }

    private void restore(StreamCalls streams, String[] args) {
        int fd = LibC.open(args[2], LibC.O_RDONLY);
        if (!args[3].equals(AS_IT_COMES)) {
            LibC.seek(fd, Long.parseLong(args[3]));
        }
        StreamCalls.Channels channels = new StreamCalls.Channels(
                Integer.parseInt(args[4]),
                Integer.parseInt(args[5]),
                Integer.parseInt(args[6]),
                Integer.parseInt(args[7]));
        StreamCalls.Restored restored = streams.restore(Integer.parseInt(args[1]), fd, channels, cpuidMissing -> {
            require("static-data " + cpuidMissing);
        });
        LibC.close(fd);
        out.println("done " + restored.storeGfn() + " " + restored.consoleGfn());
    }

    private void require(String line) {
        if (!ask(line).equals(YES)) {
            throw new Refused();
        }
    }

    private String ask(String line) {
        out.println(line);
        try {
            return answers.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** jxld has said no: it knows why. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused() {
            super("jxld has ended it");
        }
    }

    /** What libxc says when it fails is in the exception; the rest is its noise. */
    private static final class Silent implements LibxcLog {
        @Override
        public String operation() {
            return "";
        }

        @Override
        public boolean wants(Level level) {
            return level.compareTo(Level.WARNING) >= 0;
        }

        @Override
        public void message(Level level, String operation, String context, String text) {
            System.err.println(oneLine(context + ": " + text));
        }
    }
}
