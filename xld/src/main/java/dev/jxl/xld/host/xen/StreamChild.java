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
 * <p>{@code save DOMID FILE} appends to a file; {@code restore DOMID FILE OFFSET STORE-PORT STORE-DOMID CONSOLE-PORT CONSOLE-DOMID} reads from
 * one. Lines: {@code suspend}, {@code round NUMBER WRITTEN DIRTY}, {@code static-data CPUID-MISSING}, each answered by {@code ok} or
 * {@code no}; at the end {@code done}, {@code done STORE-GFN CONSOLE-GFN} or {@code failed WHY}.
 */
public final class StreamChild {
    private static final int ORPHANED = 3;
    private static final String YES = "ok";

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
                case "save" -> save(xen.streams(), Integer.parseInt(args[1]), args[2]);
                case "restore" -> restore(xen.streams(), args);
                default -> throw new IllegalArgumentException(args[0]);
            }
            return 0;
        } catch (XenControlException | SystemCallFailed | Denied e) {
            out.println("failed " + oneLine(String.valueOf(e.getMessage())));
            return 1;
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }

    private void save(StreamCalls streams, int domid, String file) {
        int fd = LibC.open(file, LibC.O_RDWR);
        LibC.seekToEnd(fd);
        streams.save(domid, fd, false, new StreamCalls.SaveCallbacks() {
            @Override
            public void suspend() {
                if (!ask("suspend")) {
                    throw new Denied();
                }
            }

            @Override
            public StreamCalls.Precopy precopy(StreamCalls.Progress p) {
                boolean goOn = ask("round " + p.iteration() + " " + p.pagesWritten() + " " + p.dirtyPages());
                return goOn ? StreamCalls.Precopy.CONTINUE : StreamCalls.Precopy.ABORT;
            }

            @Override
            public void logDirty(boolean enable) {
                // A guest that does not run while it is saved is written by nobody, QEMU has been stopped too.
            }
        });
        LibC.close(fd);
        out.println("done");
    }

    private void restore(StreamCalls streams, String[] args) {
        int fd = LibC.open(args[2], LibC.O_RDONLY);
        LibC.seek(fd, Long.parseLong(args[3]));
        StreamCalls.Channels channels = new StreamCalls.Channels(
                Integer.parseInt(args[4]),
                Integer.parseInt(args[5]),
                Integer.parseInt(args[6]),
                Integer.parseInt(args[7]));
        StreamCalls.Restored restored = streams.restore(Integer.parseInt(args[1]), fd, channels, cpuidMissing -> {
            if (!ask("static-data " + cpuidMissing)) {
                throw new Denied();
            }
        });
        LibC.close(fd);
        out.println("done " + restored.storeGfn() + " " + restored.consoleGfn());
    }

    private boolean ask(String line) {
        out.println(line);
        try {
            return answers.take().equals(YES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** jxld has said no: it knows why. */
    private static final class Denied extends RuntimeException {
        private static final long serialVersionUID = 1;

        Denied() {
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
