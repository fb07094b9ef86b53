package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.api.ToolstackException.DeviceModelFailed;
import dev.jxl.xld.api.ToolstackException.FileFailed;
import dev.jxl.xld.host.DeviceModel;
import dev.jxl.xld.host.DeviceModel.Ended;
import dev.jxl.xld.host.DeviceModel.Launch;
import dev.jxl.xld.host.DeviceModel.Sight;
import dev.jxl.xld.host.HostFiles.PathKind;
import dev.jxl.xld.host.QemuState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The simulated machine's device models: processes that live on when jxld dies. A started one is ready at once; tests decide what they
 * answer, when they die, and what the next one does at its start.
 */
public final class SimQemus {
    private static final int FIRST_PID = 1000;
    private static final String USB = "xenusb-";
    private static final int FIRST_FREE_SLOT = 5;

    /** What a device model does at its start. */
    public enum Start {
        /** It becomes ready. */
        NORMAL,
        /** It lives and never says that it is ready. */
        NEVER_READY,
        /** It ends at once, with a complaint. */
        DIES
    }

    private static final class Qemu {
        final long pid;
        final Launch launch;
        final List<String> pci = new ArrayList<>();
        final Map<String, String> controllers = new TreeMap<>();
        /** What was put into its drives while it ran. */
        final Map<String, String> media = new TreeMap<>();
        /** Open files that it was handed, by its names of them. */
        final Map<String, Path> handed = new TreeMap<>();
        /** One that is locked up waits to be told to go on. */
        String status;

        Qemu(long pid, Launch launch) {
            this.pid = pid;
            this.launch = launch;
            this.status = launch.restriction().isPresent() ? "prelaunch" : "running";
        }

        boolean of(DomainId domain, DomainUuid owner) {
            return launch.domain().equals(domain) && launch.owner().equals(owner);
        }

        /** One that is locked up sees no files of dom0's. */
        boolean opens(String file) {
            return launch.restriction().isEmpty() || handed.containsKey(file);
        }
    }

    private static final Pattern INTERFACE = Pattern.compile("type=tap,.*ifname=([^,]+),.*");

    private final XenStore store;
    private final SimNet net;
    private final SimFiles files;
    private final List<Qemu> all = new ArrayList<>();
    private final List<DeviceModel.Running> others = new ArrayList<>();
    private final Set<DomainId> sockets = new TreeSet<>();
    private final Map<String, BiFunction<DomainId, Map<String, ?>, Object>> answers = new ConcurrentHashMap<>();
    private final Map<String, String> words = new ConcurrentHashMap<>();
    private final List<Consumer<Ended>> listeners = new CopyOnWriteArrayList<>();
    private volatile Start next = Start.NORMAL;
    private volatile boolean stubborn;
    private long lastPid = FIRST_PID;

    SimQemus(XenStore store, SimNet net, SimFiles files) {
        this.store = store;
        this.net = net;
        this.files = files;
        answerWith("xen-save-devices-state", (domain, arguments) -> {
            files.saveState(Path.of(fileOf(require(domain, "xen-save-devices-state"), arguments)));
            return Map.of();
        });
        answerWith("eject", (domain, arguments) -> change(domain, arguments, false));
        answerWith("blockdev-change-medium", (domain, arguments) -> change(domain, arguments, true));
        answerWith("query-status", (domain, arguments) -> statusOf(domain));
        answerWith("cont", (domain, arguments) -> run(domain, "running"));
        answerWith("stop", (domain, arguments) -> run(domain, "paused"));
        answer("query-chardev", List.of());
        answerWith("device_add", (domain, arguments) -> changePci(domain, arguments, true));
        answerWith("device_del", (domain, arguments) -> changePci(domain, arguments, false));
        answerWith("query-pci", (domain, arguments) -> List.of(Map.of("bus", 0, "devices", pciOf(domain))));
        answerWith("qom-list", (domain, arguments) -> namesOf(domain));
        answer("query-vnc", Map.of("enabled", true, "host", "127.0.0.1", "service", "5900"));
    }

    // What tests do to them.

    /** Decides what all device models answer to a command from now on; the answer may be as hostile as a test likes. */
    public void answer(String command, Object value) {
        answers.put(command, (domain, arguments) -> value);
    }

    /** As {@link #answer}, by domain and arguments; may throw what the port would. */
    public void answerWith(String command, BiFunction<DomainId, Map<String, ?>, Object> function) {
        answers.put(command, function);
    }

    /** Decides what the next device models do at their start. */
    public void nextStart(Start start) {
        next = start;
    }

    /** From now on none ends before it is killed. */
    public void endOnlyWhenKilled() {
        stubborn = true;
    }

    /** A domain's device model ends by itself. */
    public void die(DomainId domain, String lastWords) {
        Qemu dead;
        synchronized (this) {
            dead = all.stream()
                    .filter(q -> q.launch.domain().equals(domain))
                    .findFirst()
                    .orElseThrow();
            all.remove(dead);
        }
        interfaces(dead.launch, false);
        words.put(dead.launch.name(), lastWords);
        Ended ended = new Ended(domain, dead.launch.owner(), lastWords);
        listeners.forEach(listener -> listener.accept(ended));
    }

    /** The sockets of a device model stay when it is gone. */
    public synchronized void leaveSockets(DomainId domain) {
        sockets.add(domain);
    }

    /** A device model of another toolstack, without jxl's mark, runs on although its domain may be gone. */
    public synchronized void leaveOfAnother(DomainId domain) {
        others.add(new DeviceModel.Running(++lastPid, domain, Optional.empty()));
    }

    /** The command line of a domain's device model. */
    public synchronized Optional<List<String>> commandOf(DomainId domain) {
        return all.stream()
                .filter(q -> q.launch.domain().equals(domain))
                .map(q -> q.launch.command())
                .findFirst();
    }

    // What jxld does to them.

    long start(Launch launch) {
        Qemu qemu;
        synchronized (this) {
            qemu = new Qemu(++lastPid, launch);
            all.add(qemu);
        }
        launch.input().ifPresent(files::requireState);
        interfaces(launch, true);
        words.remove(launch.name());
        switch (next) {
            case NEVER_READY -> {
                qemu.status = "inmigrate";
            }
            case DIES -> {
                die(launch.domain(), "qemu-system-i386: Could not initialize");
            }
            case NORMAL -> {
                String node = "/local/domain/0/device-model/" + launch.domain() + "/state";
                Thread.ofVirtual().start(() -> becomeReady(qemu, node));
            }
        }
        return qemu.pid;
    }

    /** A process that has been ended writes nothing any more, one that is locked up never does. */
    private synchronized void becomeReady(Qemu qemu, String node) {
        if (all.contains(qemu) && qemu.launch.restriction().isEmpty()) {
            store.write(node, "running");
        }
    }

    private void interfaces(Launch launch, boolean there) {
        for (String argument : launch.command()) {
            Matcher matcher = INTERFACE.matcher(argument);
            if (matcher.matches()) {
                net.emulated(matcher.group(1), there);
            }
        }
    }

    /** Whether a domain has one. */
    synchronized boolean serves(DomainId domain) {
        return all.stream().anyMatch(q -> q.launch.domain().equals(domain));
    }

    synchronized Sight look(DomainId domain, DomainUuid owner) {
        Optional<Qemu> found = all.stream().filter(q -> q.of(domain, owner)).findFirst();
        return new Sight(found.isPresent(), found.map(q -> q.pid).orElse(0L));
    }

    String lastWords(DomainId domain) {
        return words.getOrDefault(
                store.find("/local/domain/" + domain + "/name").orElse(""), "");
    }

    synchronized boolean stop(DomainId domain, DomainUuid owner) {
        sockets.remove(domain);
        files.removeSaved(QemuState.saved(domain));
        files.removeSaved(QemuState.restored(domain));
        boolean ended = all.removeIf(q -> {
            boolean it = q.of(domain, owner);
            if (it) {
                interfaces(q.launch, false);
            }
            return it;
        });
        return !(ended && stubborn);
    }

    /** What was put into a drive of a domain's device model while it ran. */
    public synchronized Optional<String> mediumIn(DomainId domain, String drive) {
        return Optional.ofNullable(require(domain, "query-block").media.get(drive));
    }

    private synchronized Qemu require(DomainId domain, String command) {
        return all.stream()
                .filter(q -> q.launch.domain().equals(domain))
                .findFirst()
                .orElseThrow(() -> refusal(domain, command, "nobody listens on its socket"));
    }

    private static DeviceModelFailed refusal(DomainId domain, String command, String words) {
        return new DeviceModelFailed(
                "asking the device model of domain " + domain + " for '" + command + "'", words, null);
    }

    Object askWithFile(DomainId domain, Path file, String command, Map<String, ?> arguments) {
        if (files.inspect(file) == PathKind.MISSING) {
            throw new FileFailed("'" + file + "' cannot be opened: it does not exist", null);
        }
        return askWithOpen(domain, file, command, arguments);
    }

    void saveState(DomainId domain, Path file) {
        Object _ = askWithOpen(domain, file, "xen-save-devices-state", Map.of("live", false));
    }

    /** Hands over an open file for one command. */
    private Object askWithOpen(DomainId domain, Path file, String command, Map<String, ?> arguments) {
        Qemu qemu = require(domain, command);
        String name;
        synchronized (this) {
            name = "/dev/fdset/" + qemu.handed.size();
            qemu.handed.put(name, file);
        }
        try {
            Map<String, Object> with = new TreeMap<>(arguments);
            with.put("filename", name);
            return ask(domain, command, with);
        } finally {
            synchronized (this) {
                qemu.handed.remove(name);
            }
        }
    }

    private synchronized Object statusOf(DomainId domain) {
        String status = require(domain, "query-status").status;
        return Map.of("status", status, "running", status.equals("running"));
    }

    private synchronized Object run(DomainId domain, String status) {
        require(domain, "query-status").status = status;
        return Map.of();
    }

    private synchronized Object change(DomainId domain, Map<String, ?> arguments, boolean inserted) {
        Qemu qemu = require(domain, "blockdev-change-medium");
        String drive = String.valueOf(arguments.get("id"));
        if (inserted) {
            qemu.media.put(drive, fileOf(qemu, arguments));
        } else {
            qemu.media.remove(drive);
        }
        return Map.of();
    }

    private static String fileOf(Qemu qemu, Map<String, ?> arguments) {
        String name = String.valueOf(arguments.get("filename"));
        return String.valueOf(qemu.handed.getOrDefault(name, Path.of(name)));
    }

    Object ask(DomainId domain, String command, Map<String, ?> arguments) {
        synchronized (this) {
            Qemu qemu = require(domain, command);
            if (arguments.get("filename") instanceof String file && !qemu.opens(file)) {
                throw refusal(domain, command, "Could not open '" + file + "': No such file or directory");
            }
        }
        return answers.getOrDefault(command, (d, a) -> Map.of()).apply(domain, arguments);
    }

    private synchronized Object changePci(DomainId domain, Map<String, ?> arguments, boolean there) {
        String id = String.valueOf(arguments.get("id"));
        all.stream().filter(q -> q.launch.domain().equals(domain)).forEach(q -> {
            String bus = String.valueOf(arguments.get("bus"));
            String controller = bus.startsWith(USB) ? bus.substring(0, bus.indexOf('.')) : "";
            if (there && !controller.isEmpty() && !q.pci.contains(controller)) {
                throw new DeviceModelFailed("plugging " + id, "Bus '" + bus + "' not found", null);
            }
            q.pci.remove(id);
            if (there) {
                q.pci.add(id);
                q.controllers.put(id, controller);
            } else {
                // What is in a controller goes with it.
                q.pci.removeIf(other -> id.equals(q.controllers.get(other)));
            }
        });
        return Map.of();
    }

    private synchronized List<Map<String, ?>> namesOf(DomainId domain) {
        List<Map<String, ?>> names = new ArrayList<>();
        all.stream()
                .filter(q -> q.launch.domain().equals(domain))
                .flatMap(q -> q.pci.stream())
                .forEach(id -> names.add(Map.of("name", id)));
        return names;
    }

    private synchronized List<Map<String, ?>> pciOf(DomainId domain) {
        List<Map<String, ?>> devices = new ArrayList<>();
        all.stream().filter(q -> q.launch.domain().equals(domain)).forEach(q -> {
            for (String id : q.pci) {
                devices.add(Map.of("qdev_id", id, "slot", FIRST_FREE_SLOT + devices.size(), "function", 0));
            }
        });
        return devices;
    }

    synchronized List<DeviceModel.Running> listProcesses() {
        return Stream.concat(
                        all.stream()
                                .map(q -> new DeviceModel.Running(
                                        q.pid, q.launch.domain(), Optional.of(q.launch.owner()))),
                        others.stream())
                .toList();
    }

    synchronized List<DomainId> listSockets() {
        return Stream.concat(all.stream().map(q -> q.launch.domain()), sockets.stream())
                .distinct()
                .sorted()
                .toList();
    }

    synchronized void removeSockets(DomainId domain) {
        sockets.remove(domain);
    }

    void onEnd(Consumer<Ended> listener) {
        listeners.add(listener);
    }

    void forget(Consumer<Ended> listener) {
        listeners.remove(listener);
    }

    /** All that run: domain and owner. */
    synchronized List<String> describe() {
        Map<Long, String> sorted = new TreeMap<>();
        for (Qemu q : all) {
            List<String> usb =
                    q.pci.stream().filter(id -> id.startsWith(USB)).sorted().toList();
            sorted.put(
                    q.pid,
                    "device model of domain " + q.launch.domain() + " for " + q.launch.owner()
                            + (usb.isEmpty() ? "" : " with " + usb)
                            + (q.handed.isEmpty() ? "" : " keeps " + q.handed));
        }
        return List.copyOf(sorted.values());
    }
}
