package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainEvent;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.Toolstack;
import dev.jxl.xld.engine.Engine;
import dev.jxl.xld.host.sim.SimHost;
import dev.jxl.xld.host.sim.SimLeftovers;
import dev.jxl.xld.host.sim.SimSettings;
import dev.jxl.xld.host.sim.SimWorld;
import dev.jxl.xld.model.RestartPolicy;
import dev.jxl.xld.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** jxld's engine on a simulated machine, through several lives. What its database held at the moment of death is what the next life finds. */
final class SimulatedDaemon implements AutoCloseable {
    static {
        // Threads of a killed jxld end with an error, as they shall. For all tests of this JVM: nobody turns it on
        // again.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
    }

    /** A line of a configuration: Xen cannot save a guest that has it. */
    static final String UNSAVABLE = "vnuma = [ [ \"pnode=0\", \"size=256\", \"vcpus=0-3\", \"vdistances=10\" ] ]";

    /** Files of the simulated machine's are only known by name. */
    static final Path STATE = Path.of("/var/lib/jxl");

    /** All programs that there may be are there. */
    static final Path HOOKS = Path.of("/sim/hooks");

    static final Duration SOON = Duration.ofSeconds(30);
    static final Duration POLL = Duration.ofMillis(10);

    /** After so many looks something long is waited for, and looking more often would only take the CPU from it. */
    private static final int OFTEN = 20;

    private static final Duration SELDOM = Duration.ofMillis(50);

    /** These tests commit thousands of times, and wait for a disk each time where there is one. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private static final long ENOUGH_MEMORY = 2L << 30;

    private final Path folder;
    private final SimWorld world;
    private SimHost host;
    private Database database;
    private Engine engine;
    private final RestartPolicy policy;
    private final boolean ownFolder;
    private int life;
    private CountDownLatch copied;

    SimulatedDaemon(Path folder, SimSettings settings) {
        this(folder, settings, RestartPolicy.STANDARD);
    }

    SimulatedDaemon(Path folder, SimSettings settings, RestartPolicy policy) {
        this(folder, SimHost.create(settings), policy);
    }

    /** On a machine that may have other toolstacks. */
    SimulatedDaemon(Path folder, SimHost host) {
        this(folder, host, RestartPolicy.STANDARD);
    }

    private SimulatedDaemon(Path folder, SimHost host, RestartPolicy policy) {
        this.policy = policy;
        this.folder = inMemory(folder);
        this.ownFolder = !this.folder.equals(folder);
        this.host = host;
        this.world = host.world();
        begin();
    }

    private static Path inMemory(Path otherwise) {
        boolean enough = Files.isWritable(MEMORY) && MEMORY.toFile().getUsableSpace() > ENOUGH_MEMORY;
        try {
            return enough ? Files.createTempDirectory(MEMORY, "jxl-test-") : otherwise;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void begin() {
        int mine = life;
        CountDownLatch copy = new CountDownLatch(1);
        copied = copy;
        host.onDeath(() -> {
            copyDatabase(mine);
            copy.countDown();
        });
        database = Database.open(file(life));
        // What is in the file stays there: a copy of file and log is whole whenever it is taken.
        database.run(false, c -> {
            try (var s = c.createStatement()) {
                return s.execute("PRAGMA wal_autocheckpoint=0");
            }
        });
        engine = Engine.start(host, database, Clock.systemUTC(), policy, new Engine.Folders(STATE, HOOKS));
    }

    private Path file(int ofLife) {
        return folder.resolve("jxl" + ofLife + ".db");
    }

    private void copyDatabase(int ofLife) {
        try {
            for (String suffix : List.of("", "-wal")) {
                Path from = Path.of(file(ofLife) + suffix);
                if (Files.exists(from)) {
                    Files.copy(from, Path.of(file(ofLife + 1) + suffix));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void removeDatabase(int ofLife) {
        try {
            for (String suffix : List.of("", "-wal", "-shm")) {
                Files.deleteIfExists(Path.of(file(ofLife) + suffix));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** kill -9, and a new start. */
    void killAndStart() {
        kill();
        startAgain();
    }

    void kill() {
        host.kill();
        awaitCopy();
        database.close();
    }

    /** The thread that struck may be at it still. */
    private void awaitCopy() {
        try {
            if (!copied.await(SOON.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the database of the dead jxld was not copied");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void startAgain() {
        host = host.reincarnate();
        life++;
        begin();
        removeDatabase(life - 1);
    }

    SimHost host() {
        return host;
    }

    SimWorld world() {
        return world;
    }

    Database database() {
        return database;
    }

    Toolstack toolstack() {
        return engine;
    }

    /** What must be so soon. */
    static ConditionFactory soon() {
        return await().atMost(SOON).pollDelay(POLL).pollInterval((looks, last) -> looks < OFTEN ? POLL : SELDOM);
    }

    /** What must be so soon, with its name for the case that it is not. */
    static ConditionFactory soon(String what) {
        return soon().alias(what);
    }

    /**
     * Nothing but this may be on the machine. What jxl removes itself is gone by now; a domain, with its memory and interfaces, goes when
     * the last backend has let go of its pages, which takes a backend a moment.
     */
    void requireLeft(SimLeftovers expected, Object where) {
        String what = where.toString();
        SimLeftovers now = world.leftovers();
        assertThat(new SimLeftovers(
                        expected.domains(),
                        now.nodes(),
                        now.loops(),
                        expected.interfaces(),
                        now.userdata(),
                        now.deviceModels(),
                        now.pci(),
                        expected.freeKib()))
                .as(what)
                .isEqualTo(expected);
        soon(what).untilAsserted(() -> assertThat(world.leftovers()).as(what).isEqualTo(expected));
    }

    /** Waits until no operation is under way. */
    void awaitQuiet() {
        soon().untilAsserted(() ->
                assertThat(engine.operations()).allMatch(o -> o.status().ended()));
    }

    /** Waits until all that is under way has ended, and what follows from that. */
    void awaitEnds(String where) {
        soon(where).until(() -> {
            nudge();
            return engine.operations().stream().allMatch(o -> o.status().ended());
        });
    }

    /** Makes jxld look at its domains now, as an end of any domain would. */
    void nudge() {
        try (MemoryXenStore store = world.storeAs(DomainId.DOM0)) {
            store.tellOfShutdown();
        }
    }

    OperationView end(OperationView operation) {
        OperationView last = engine.await(operation.id(), SOON);
        if (!last.status().ended()) {
            throw new AssertionError("the operation has not come to an end: " + last);
        }
        return last;
    }

    OperationView create(String configuration) {
        return end(engine.create(request(configuration)));
    }

    static CreateRequest request(String configuration) {
        return new CreateRequest(
                configuration, CreateRequest.Format.XL_CFG, "test.cfg", Optional.empty(), List.of(), false);
    }

    /** Waits until a guest's system has come up. */
    void awaitReady(String name) {
        DomainId d = new DomainId(find(name).orElseThrow().domid());
        soon().until(() -> world.consoleText(d).contains("GUEST-READY"));
    }

    OperationView act(String name, DomainAction action) {
        return end(engine.act(name, action));
    }

    Optional<DomainView> find(String name) {
        return engine.listDomains().stream().filter(d -> d.name().equals(name)).findFirst();
    }

    /** A guest of xl.cfg with a disk and a network card. */
    static String configuration(String name, String type, String more) {
        return """
            name = "%s"
            type = "%s"
            kernel = "/sim/vmlinuz"
            ramdisk = "/sim/initrd"
            memory = 256
            vcpus = 2
            maxvcpus = 4
            disk = [ "format=raw, vdev=xvda, access=rw, target=/sim/%s.img" ]
            vif = [ "bridge=xenbr0" ]
            %s
            """.formatted(name, type, name, more);
    }

    @Override
    public void close() {
        engine.close();
        host.kill();
        database.close();
        world.close();
        if (ownFolder) {
            awaitCopy();
            removeDatabase(life);
            removeDatabase(life + 1);
            boolean gone = folder.toFile().delete();
            assertThat(gone).as("%s is empty", folder).isTrue();
        }
    }

    /** The types and names of what has happened since then. */
    List<String> eventsAfter(long id) {
        List<String> all = new ArrayList<>();
        try (Toolstack.EventSubscription events = toolstack().events(id)) {
            Optional<DomainEvent> event = events.next(Duration.ofMillis(50));
            while (event.isPresent()) {
                all.add(event.get().type() + " " + event.get().domainName());
                event = events.next(Duration.ofMillis(50));
            }
        }
        return all;
    }
}
