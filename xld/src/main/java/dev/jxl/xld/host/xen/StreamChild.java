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
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The process in which libxenguest saves or restores guests, one after the other: it checks itself by assertions that end its process, and reads what
 * a stranger may have written. jxld starts it before there is such a guest, because that takes longer than many a guest's memory, and
 * speaks with it by lines: what is asked and told goes to standard output, answers come by standard input. When jxld is gone it ends at
 * once.
 *
 * <p>A line says what to do, each word encoded as in a URL's query: {@code save DOMID FILE} appends to a file; {@code send
 * DOMID PIPE live|suspended} writes to a pipe; {@code restore DOMID FILE OFFSET STORE-PORT STORE-DOMID CONSOLE-PORT CONSOLE-DOMID} reads
 * from a file, or with {@code -} for the offset from a pipe. Lines from it: {@code suspend}, {@code round NUMBER WRITTEN DIRTY}, {@code
 * log-dirty ON}, {@code static-data CPUID-MISSING}, each answered by {@code ok}; a round also by {@code stop}: it was the last one. jxld
 * answers a request that it refuses by ending this process. At the end {@code done}
 * or {@code done STORE-GFN CONSOLE-GFN}, and the next task may follow, or {@code failed WHY}, and the process ends.
 */
public final class StreamChild {
    private static final int ORPHANED = 3;
    private static final String REHEARSAL = "rehearsal";
    private static final String YES = "ok";
    private static final String STOP = "stop";

    private static final int PIPE_BYTES = 1 << 20;

    /** Instead of an offset: what comes through a pipe. */
    static final String AS_IT_COMES = "-";

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private StreamChild() {}

    /**
     * Does what it is told until something fails; then it ends the process.
     *
     * @param args none; {@value #REHEARSAL} to prepare for it only, for the cache of classes
     */
    public static void main(String[] args) {
        StreamChild child = new StreamChild();
        if (args.length > 0 && args[0].equals(REHEARSAL)) {
            int status = child.run(() -> List.of(REHEARSAL));
            // Not halted: a JVM that is halted writes no cache. Xen need not run yet where the cache is made.
            System.exit(status == 0 || LibXenControl.rehearse(new Silent()) ? 0 : status);
        }
        Thread.ofPlatform().daemon().name("jxld-s-answers").start(child::listen);
        Runtime.getRuntime().halt(child.run(child::task));
    }

    /** What jxld writes to it first. */
    static String task(List<String> words) {
        return words.stream()
                .map(word -> URLEncoder.encode(word, StandardCharsets.UTF_8))
                .collect(Collectors.joining(" "));
    }

    private List<String> task() {
        return Arrays.stream(answer().split(" ", -1))
                .map(word -> URLDecoder.decode(word, StandardCharsets.UTF_8))
                .toList();
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

    private int run(Supplier<List<String>> tasks) {
        Silent log = new Silent();
        try (XenControl xen = LibXenControl.open(log)) {
            xen.streams().rehearse();
            log.told = true;
            for (List<String> task = tasks.get(); !task.getFirst().equals(REHEARSAL); task = tasks.get()) {
                perform(xen.streams(), task);
            }
            return 0;
        } catch (XenControlException | SystemCallFailed | Refused e) {
            out.println("failed " + oneLine(String.valueOf(e.getMessage())));
            return 1;
        }
    }

    private void perform(StreamCalls streams, List<String> task) {
        switch (task.getFirst()) {
            case "save" -> {
                int fd = LibC.open(task.get(2), LibC.O_RDWR);
                LibC.seekToEnd(fd);
                send(streams, Integer.parseInt(task.get(1)), fd, false);
            }
            case "send" ->
                send(
                        streams,
                        Integer.parseInt(task.get(1)),
                        openEnd(task.get(2), LibC.O_WRONLY),
                        task.get(3).equals("live"));
            case "restore" -> restore(streams, task);
            default -> throw new IllegalArgumentException(task.getFirst());
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

    private void restore(StreamCalls streams, List<String> task) {
        boolean pipe = task.get(3).equals(AS_IT_COMES);
        int fd = pipe ? openEnd(task.get(2), LibC.O_RDONLY) : LibC.open(task.get(2), LibC.O_RDONLY);
        if (!pipe) {
            LibC.seek(fd, Long.parseLong(task.get(3)));
        }
        StreamCalls.Channels channels = new StreamCalls.Channels(
                Integer.parseInt(task.get(4)),
                Integer.parseInt(task.get(5)),
                Integer.parseInt(task.get(6)),
                Integer.parseInt(task.get(7)));
        StreamCalls.Restored restored = streams.restore(Integer.parseInt(task.get(1)), fd, channels, cpuidMissing -> {
            require("static-data " + cpuidMissing);
        });
        LibC.close(fd);
        out.println("done " + restored.storeGfn() + " " + restored.consoleGfn());
    }

    /**
     * Opens one end of a pipe. Where nobody has the other end any more, that would wait until somebody comes; this way who reads finds the
     * pipe's end, and who writes is told that nobody reads. It holds more than pipes do by themselves: each time that one process waits for the
     * other costs, most of all where both are on one processor.
     */
    static int openEnd(String pipe, int flags) {
        int both = LibC.open(pipe, LibC.O_RDWR);
        try {
            boolean _ = LibC.widenPipe(both, PIPE_BYTES);
            return LibC.open(pipe, flags);
        } finally {
            LibC.close(both);
        }
    }

    private void require(String line) {
        if (!ask(line).equals(YES)) {
            throw new Refused();
        }
    }

    private String ask(String line) {
        out.println(line);
        return answer();
    }

    private String answer() {
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
        /** A rehearsal fails, as it shall. */
        private volatile boolean told;

        @Override
        public String operation() {
            return "";
        }

        @Override
        public boolean wants(Level level) {
            return told && level.compareTo(Level.WARNING) >= 0;
        }

        @Override
        public void message(Level level, String operation, String context, String text) {
            System.err.println(oneLine(context + ": " + text));
        }
    }
}
