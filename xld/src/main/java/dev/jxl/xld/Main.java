package dev.jxl.xld;

import dev.jxl.xld.api.Frontend;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.Engine;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.sim.SimHost;
import dev.jxl.xld.host.sim.SimSettings;
import dev.jxl.xld.host.xen.PeerSettings;
import dev.jxl.xld.host.xen.ServiceNotify;
import dev.jxl.xld.host.xen.XenHost;
import dev.jxl.xld.model.RestartPolicy;
import dev.jxl.xld.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** jxld: reads its arguments, wires the rooms together, serves until it is told to stop. */
public final class Main {
    private static final System.Logger LOG = System.getLogger(Main.class.getName());

    private final Arguments arguments;
    /** What has to be closed, the newest first. */
    private final ArrayDeque<AutoCloseable> open = new ArrayDeque<>();

    private Main(Arguments arguments) {
        this.arguments = arguments;
    }

    /**
     * Starts jxld.
     *
     * @param args see {@link Arguments#USAGE}
     */
    public static void main(String[] args) {
        JournalLogging.install();
        Arguments arguments;
        try {
            arguments = Arguments.parse(args, System.getenv());
        } catch (IllegalArgumentException e) {
            System.err.println("jxld: " + e.getMessage());
            System.exit(2);
            return;
        }
        if (arguments.help()) {
            System.out.print(Arguments.USAGE);
            return;
        }
        int status = new Main(arguments).run();
        if (status != 0) {
            System.exit(status);
        }
    }

    private int run() {
        try {
            start();
        } catch (ToolstackException e) {
            LOG.log(System.Logger.Level.ERROR, String.valueOf(e.getMessage()));
            closeAll();
            return e.code().exitCode();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "jxld cannot start: " + e.getMessage(), e);
            closeAll();
            return 1;
        }
        return 0;
    }

    private void start() {
        lockState();
        // SQLite's library takes its time to load: beside the connection to Xen it costs nothing.
        CompletableFuture<Database> database = CompletableFuture.supplyAsync(
                () -> Database.open(arguments.state().resolve("jxl.db")),
                task -> Thread.ofPlatform().daemon().start(task));
        Host host = openHost();
        open.push(host);
        Database db = database.join();
        // Closed after the engine, so that its end is still written down.
        open.push(db);
        Engine engine = Engine.start(
                host,
                db,
                Clock.systemUTC(),
                RestartPolicy.STANDARD,
                new Engine.Folders(arguments.state(), arguments.hooks()));
        open.push(engine);
        Frontend frontend = ServiceLoader.load(Frontend.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("jxld's class path has no HTTP frontend (jxl-rest)"));
        open.push(frontend.start(engine, arguments.socket()));
        ServiceNotify notify = ServiceNotify.fromEnvironment();
        CountDownLatch stopping = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            notify.stopping();
            stopping.countDown();
            closeAll();
        }));
        notify.ready();
        notify.watchdog(engine::alive);
        host.prepare();
        LOG.log(
                System.Logger.Level.INFO,
                "jxld serves on " + arguments.socket() + (host.simulated() ? " (simulated host)" : "") + ": "
                        + host.info().xenVersion());
        awaitStop(stopping);
    }

    private static void awaitStop(CountDownLatch stopping) {
        try {
            stopping.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Host openHost() {
        return switch (arguments.host()) {
            case SIM -> SimHost.create(SimSettings.standard());
            case XEN ->
                XenHost.open(new PeerSettings(
                        arguments.certificates(),
                        Objects.requireNonNull(
                                arguments.socket().toAbsolutePath().getParent()),
                        arguments.listen()));
        };
    }

    /** Two jxld on one database would fight over every domain. */
    private void lockState() {
        Path file = arguments.state().resolve("jxld.lock");
        try {
            Files.createDirectories(arguments.state());
            Files.createDirectories(
                    arguments.state().resolve(Engine.SAVES),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            open.push(channel);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new ToolstackException.WrongState("another jxld uses " + arguments.state()
                        + " ('systemctl status jxld' shows it): stop it, or give this one another --state");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private synchronized void closeAll() {
        while (!open.isEmpty()) {
            AutoCloseable next = open.pop();
            try {
                next.close();
            } catch (Exception e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "closing " + next.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }
    }
}
