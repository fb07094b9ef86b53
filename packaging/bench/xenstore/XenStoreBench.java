import dev.jxl.xenstore.XenStore;
import dev.jxl.xenstore.wire.WireXenStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads of xenstore: this client against Xen's C library, in turns, on one xenstored. Arguments: the socket, the C client,
 * the number of rounds. Prints the medians and the ratios; exits with 1 when a goal is missed.
 */
final class XenStoreBench {
    private static final String NODE = "/bench/name";
    private static final int READS = 4_000;
    private static final int PIPELINED = 32;
    private static final double GOAL_ONE_AT_A_TIME = 0.7;
    private static final double GOAL_PIPELINED = 4.0;

    private XenStoreBench() {}

    public static void main(String[] args) throws Exception {
        Path socket = Path.of(args[0]);
        Path client = Path.of(args[1]);
        int rounds = Integer.parseInt(args[2]);
        List<Double> c = new ArrayList<>();
        List<Double> one = new ArrayList<>();
        List<Double> virtual = new ArrayList<>();
        List<Double> many = new ArrayList<>();
        List<Double> threads = new ArrayList<>();
        try (XenStore store = WireXenStore.connect(socket);
                ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            store.write(NODE, "Domain-0");
            List<String> paths = java.util.Collections.nCopies(PIPELINED, NODE);
            // The first rounds warm the JIT up and are not counted.
            for (int round = -2; round < rounds; round++) {
                double cNanos = runC(client, socket);
                double oneNanos = perRead(READS, () -> oneAtATime(store));
                double virtualNanos =
                        perRead(READS, () -> pool.submit(() -> oneAtATime(store)).get());
                double manyNanos = perRead(READS, () -> {
                    for (int i = 0; i < READS / PIPELINED; i++) {
                        store.findAll(paths);
                    }
                    return 0;
                });
                double threadsNanos = perRead(READS * 8, () -> eightThreads(store, pool));
                if (round >= 0) {
                    c.add(cNanos);
                    one.add(oneNanos);
                    virtual.add(virtualNanos);
                    many.add(manyNanos);
                    threads.add(threadsNanos);
                }
            }
        }
        System.out.printf("%-42s %10s %8s %8s%n", "reads of one node", "ns a read", "ratio", "goal");
        print("libxenstore (C), one at a time", c, c, 0);
        boolean good = print("jxl, one at a time", one, c, GOAL_ONE_AT_A_TIME);
        print("jxl, one at a time, virtual thread", virtual, c, 0);
        print("jxl, 8 virtual threads", threads, c, 0);
        good &= print("jxl, " + PIPELINED + " pipelined", many, c, GOAL_PIPELINED);
        System.exit(good ? 0 : 1);
    }

    private static int oneAtATime(XenStore store) {
        int found = 0;
        for (int i = 0; i < READS; i++) {
            found += store.find(NODE).isPresent() ? 1 : 0;
        }
        return found;
    }

    private static int eightThreads(XenStore store, ExecutorService pool) throws Exception {
        List<Future<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(pool.submit(() -> oneAtATime(store)));
        }
        int found = 0;
        for (Future<Integer> each : all) {
            found += each.get();
        }
        return found;
    }

    private static double perRead(int reads, Callable<Integer> body) throws Exception {
        long begin = System.nanoTime();
        body.call();
        return (double) (System.nanoTime() - begin) / reads;
    }

    private static double runC(Path client, Path socket) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(client.toString(), NODE, Integer.toString(READS))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("XENSTORED_PATH", socket.toString());
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("the C client failed");
        }
        return Double.parseDouble(out.strip());
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    /** The ratio is of speeds: 2 is twice as fast as C. */
    private static boolean print(String what, List<Double> nanos, List<Double> reference, double goal) {
        double ratio = median(reference) / median(nanos);
        System.out.printf(
                "%-42s %10.0f %8.2f %8s%n", what, median(nanos), ratio, goal == 0 ? "" : String.format("%.1f", goal));
        return ratio >= goal;
    }
}
