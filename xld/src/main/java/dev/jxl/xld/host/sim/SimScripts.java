package dev.jxl.xld.host.sim;

import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.host.HotplugScripts;
import dev.jxl.xld.host.NetAttach;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Scripts of the simulated machine: every name below /etc/xen/scripts is one; a name with {@code missing} in it is not there, one
 * with {@code fail} fails, one with {@code slow} takes too long. The others do for a device what Xen's own would.
 */
final class SimScripts {
    private static final String DOM0 = "/local/domain/0/";

    private final XenStore store;
    private final SimNet net;
    private final List<String> runs = new CopyOnWriteArrayList<>();
    private final Map<String, HotplugScripts.Result> answers = new ConcurrentHashMap<>();

    SimScripts(XenStore store, SimNet net) {
        this.store = store;
        this.net = net;
    }

    HotplugScripts.Result run(Path script, List<String> arguments, Map<String, String> environment) {
        runs.add(script.getFileName() + " " + String.join(" ", arguments) + " " + environment);
        String name = script.getFileName().toString();
        if (answers.containsKey(name)) {
            return answers.get(name);
        }
        String backend = DOM0 + environment.get("XENBUS_PATH");
        boolean connects = arguments.contains("add") || arguments.contains("online");
        if (name.contains("slow")) {
            return new HotplugScripts.Result(OptionalInt.empty(), "waiting (no end after 40 s)");
        }
        if (name.contains("fail") && connects) {
            store.write(backend + "/hotplug-error", "no such target");
            store.write(backend + "/hotplug-status", "error");
            return new HotplugScripts.Result(OptionalInt.of(1), "the script says no");
        }
        if (connects) {
            connect(backend, environment);
        }
        return new HotplugScripts.Result(OptionalInt.of(0), "");
    }

    private void connect(String backend, Map<String, String> environment) {
        if ("vif".equals(environment.get("XENBUS_TYPE"))) {
            String bridge = store.find(backend + "/bridge").orElse("");
            Optional<String> rename = store.find(backend + "/vifname");
            if (net.findBridgeMtu(bridge).isPresent()) {
                net.attach(List.of(new NetAttach.Port(environment.getOrDefault("vif", ""), rename, bridge, 1500)));
            }
            store.write(backend + "/hotplug-status", "connected");
        } else {
            store.write(backend + "/physical-device", "8:63");
        }
    }

    /** Has a script end so from now on. */
    void answer(String name, HotplugScripts.Result result) {
        answers.put(name, result);
    }

    /** What was run, oldest first: script, arguments, environment. */
    List<String> runs() {
        return List.copyOf(runs);
    }
}
