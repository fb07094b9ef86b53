package dev.jxl.xld.host.xen.dm;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenctrl.Errno;
import dev.jxl.xenctrl.libc.ProcessFd;
import dev.jxl.xenctrl.libc.SystemCallFailed;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xld.api.ToolstackException.DeviceModelFailed;
import dev.jxl.xld.api.ToolstackException.FileFailed;
import dev.jxl.xld.host.DeviceModel;
import dev.jxl.xld.host.QemuState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** {@link DeviceModel} with the processes of dom0. */
public final class XenDeviceModel implements DeviceModel, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(XenDeviceModel.class.getName());
    /** What a device model leaves in the folder of sockets, before its domain's number. */
    private static final List<String> LEFT = List.of("qmp-libxl-", "qmp-libxenstat-", "qemu-root-");

    /** A guest whose QEMU had to be killed cannot be reset: better a second too long. */
    private static final Duration ORDERLY_END = Duration.ofSeconds(10);

    private static final Duration FORCED_END = Duration.ofSeconds(10);

    private final Places places;
    private final Lane lane;
    private final Lane patientLane;
    private final StoreAccess store;
    private final Programs programs;
    private final Marked marked;
    private final QemuLog log;
    private final QemuStart starting;
    private final QemuUser user;
    private final ProcessWatch watch = new ProcessWatch();
    private final Map<Key, Alive> alive = new ConcurrentHashMap<>();
    private final Monitors monitors;
    private final List<Consumer<Ended>> listeners = new CopyOnWriteArrayList<>();
    private boolean searched;

    /**
     * Folders of dom0.
     *
     * @param proc the kernel's processes
     * @param run xl's sockets
     * @param logs xl's logs
     * @param states where device models' states are while their guests are saved or restored
     */
    public record Places(Path proc, Path run, Path logs, Path states) {
        /** dom0's own. */
        public static final Places DOM0 =
                new Places(Path.of("/proc"), Path.of("/run/xen"), Path.of("/var/log/xen"), QemuState.FOLDER);
    }

    /** Where tasks run that must not run on a virtual thread. */
    @FunctionalInterface
    public interface Lane {
        /** Runs it and waits. */
        <T> T call(Supplier<T> task);
    }

    private record Key(DomainId domain, DomainUuid owner) {}

    /** A process that is watched. */
    private static final class Alive {
        final ProcessFd process;
        final String name;
        final CountDownLatch over = new CountDownLatch(1);
        volatile boolean stopping;

        Alive(ProcessFd process, String name) {
            this.process = process;
            this.name = name;
        }
    }

    /**
     * On a host.
     *
     * @param lane for what dom0 answers soon
     * @param patientLane for what QEMU answers when it likes
     * @param xenVersion the running Xen's: 4.20
     */
    public XenDeviceModel(Places places, Lane lane, Lane patientLane, StoreAccess store, String xenVersion) {
        this.places = places;
        this.lane = lane;
        this.patientLane = patientLane;
        this.store = store;
        this.programs = InstalledPrograms.find(xenVersion);
        this.marked = new Marked(places.proc());
        this.log = new QemuLog(places.logs());
        this.starting = new QemuStart(log);
        this.user = new QemuUser();
        this.monitors = new Monitors(places.run());
    }

    @Override
    public Programs programs() {
        return programs;
    }

    @Override
    public boolean understands(String qemu, String option) {
        return lane.call(() -> starting.understands(qemu, option));
    }

    @Override
    public OptionalInt restrictedUser(DomainId domain) {
        return lane.call(() -> user.find(domain));
    }

    @Override
    public long start(Launch launch) {
        search();
        String step = "starting the device model of domain " + launch.domain() + " ('" + launch.name() + "')";
        return lane.call(() -> {
            try {
                long pid = starting.start(launch);
                hold(new Key(launch.domain(), launch.owner()), pid, launch.name());
                return pid;
            } catch (IOException e) {
                throw new DeviceModelFailed(step, String.valueOf(e.getMessage()), e);
            }
        });
    }

    /** Those of an earlier jxld, once. */
    private synchronized void search() {
        if (!searched) {
            lane.call(() -> {
                marked.list()
                        .forEach(found -> hold(
                                new Key(found.domain(), found.owner()),
                                found.pid(),
                                marked.name(found.pid()).orElse("")));
                return true;
            });
            searched = true;
        }
    }

    /** Watches a process, if it is still there. */
    private void hold(Key key, long pid, String name) {
        ProcessFd process;
        try {
            process = ProcessFd.open(pid);
        } catch (SystemCallFailed e) {
            if (e.errno() == Errno.ESRCH) {
                return;
            }
            throw new DeviceModelFailed(
                    "watching the device model of domain " + key.domain(), String.valueOf(e.getMessage()), e);
        }
        Alive it = new Alive(process, name);
        alive.put(key, it);
        watch.add(process, () -> ended(key, it));
    }

    private void ended(Key key, Alive it) {
        alive.remove(key, it);
        it.over.countDown();
        if (!it.stopping) {
            Ended ended = new Ended(key.domain(), key.owner(), log.lastWords(it.name));
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the device model of domain " + key.domain() + " ('" + it.name + "') has ended; its log ends: "
                            + ended.lastWords());
            listeners.forEach(listener -> listener.accept(ended));
        }
    }

    @Override
    public Sight look(DomainId domain, DomainUuid owner) {
        search();
        Key key = new Key(domain, owner);
        if (!alive.containsKey(key)) {
            adopt(key);
        }
        Alive it = alive.get(key);
        return it == null ? new Sight(false, 0) : new Sight(true, it.process.pid());
    }

    @Override
    public String lastWords(DomainId domain, DomainUuid owner) {
        Alive it = alive.get(new Key(domain, owner));
        String name = it != null
                ? it.name
                : store.find("/local/domain/" + domain + "/name").orElse("");
        return name.isEmpty() ? "" : log.lastWords(name);
    }

    /** One that xl started: it has no mark, but xenstore, where only the toolstack writes, tells its number. */
    private void adopt(Key key) {
        Optional<Long> pid = store.find("/local/domain/" + key.domain() + "/image/device-model-pid")
                .filter(text -> text.matches("[1-9][0-9]{0,9}"))
                .map(Long::parseLong);
        if (pid.isPresent()) {
            lane.call(() -> {
                if (marked.serves(pid.get(), key.domain())) {
                    hold(key, pid.get(), marked.name(pid.get()).orElse(""));
                }
                return true;
            });
        }
    }

    @Override
    public boolean stop(DomainId domain, DomainUuid owner) {
        search();
        Key key = new Key(domain, owner);
        if (!alive.containsKey(key)) {
            adopt(key);
        }
        Alive it = alive.get(key);
        boolean orderly = true;
        if (it != null) {
            it.stopping = true;
            orderly = lane.call(() -> end(domain, it));
        }
        monitors.forget(domain);
        lane.call(() -> {
            user.endAll(places.proc(), domain, store);
            clear(domain);
            return true;
        });
        return orderly;
    }

    /** QEMU writes what it has in its caches when it is asked to end, and tells Xen. Gives whether it did. */
    private static boolean end(DomainId domain, Alive it) {
        if (signal(it, ProcessFd.SIGTERM, ORDERLY_END)) {
            return true;
        }
        if (signal(it, ProcessFd.SIGKILL, FORCED_END)) {
            return false;
        }
        throw new DeviceModelFailed(
                "ending the device model of domain " + domain,
                "process " + it.process.pid() + " does not end, not even by signal 9: dom0's kernel holds it (a disk"
                        + " that does not answer?)",
                null);
    }

    private static boolean signal(Alive it, int signal, Duration patience) {
        try {
            it.process.signal(signal);
        } catch (SystemCallFailed | IllegalStateException over) {
            // It has ended, and perhaps was let go of already.
        }
        try {
            return it.over.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public List<Running> listProcesses() {
        return lane.call(() -> {
            List<Running> all = marked.listServing();
            // What is told of can be stopped.
            for (Running process : all) {
                Optional<Key> key = process.owner().map(owner -> new Key(process.domain(), owner));
                if (key.isPresent() && !alive.containsKey(key.get())) {
                    hold(key.get(), process.pid(), marked.name(process.pid()).orElse(""));
                }
            }
            return all;
        });
    }

    @Override
    public List<DomainId> listSockets() {
        return lane.call(() -> {
            try (Stream<Path> files = Files.isDirectory(places.run()) ? Files.list(places.run()) : Stream.empty()) {
                return files.map(file -> String.valueOf(file.getFileName()))
                        .flatMap(XenDeviceModel::ofDomain)
                        .distinct()
                        .sorted()
                        .toList();
            } catch (IOException e) {
                throw new FileFailed(places.run() + " cannot be listed: " + e, e);
            }
        });
    }

    private static Stream<DomainId> ofDomain(String file) {
        return LEFT.stream()
                .filter(file::startsWith)
                .flatMap(prefix -> DomainId.find(file.substring(prefix.length())).stream());
    }

    @Override
    public void removeSockets(DomainId domain) {
        lane.call(() -> {
            clear(domain);
            return true;
        });
    }

    /** @source tools/libs/light/libxl_qmp.c: libxl__qmp_cleanup */
    private void clear(DomainId domain) {
        try {
            for (String name : LEFT) {
                Files.deleteIfExists(places.run().resolve(name + domain));
            }
            for (Path state : List.of(QemuState.saved(domain), QemuState.restored(domain))) {
                Files.deleteIfExists(places.states().resolve(state.getFileName()));
            }
        } catch (IOException e) {
            throw new DeviceModelFailed(
                    "removing the sockets of domain " + domain + "'s device model", String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Object ask(DomainId domain, String command, Map<String, ?> arguments) {
        return monitors.ask(domain, command, arguments);
    }

    @Override
    public Object askWithFile(DomainId domain, Path file, String command, Map<String, ?> arguments) {
        return patientLane.call(() -> monitors.askWithFile(domain, HandedFile.open(file), command, arguments));
    }

    @Override
    public void saveState(DomainId domain, Path file) {
        Map<String, Boolean> once = Map.of("live", false);
        Object _ = patientLane.call(
                () -> monitors.askWithFile(domain, HandedFile.make(file), "xen-save-devices-state", once));
    }

    @Override
    public List<Object> askAll(DomainId domain, List<String> commands) {
        return monitors.askAll(domain, commands);
    }

    @Override
    public void onEnd(Consumer<Ended> listener) {
        listeners.add(listener);
    }

    /** Lets go of all device models; they go on. */
    @Override
    public void close() {
        watch.close();
    }
}
