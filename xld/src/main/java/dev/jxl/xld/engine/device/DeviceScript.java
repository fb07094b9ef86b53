package dev.jxl.xld.engine.device;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.HotplugScripts;
import dev.jxl.xld.host.Printable;
import dev.jxl.xld.plan.NicPlan;
import dev.jxl.xld.plan.Nodes;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A hotplug script and the device that it is for.
 *
 * @param words the device, as errors name it
 * @param kind vbd, vbd3 or vif
 * @param d the guest
 * @param devid the device's number
 * @param script what is run
 * @param gatewaydev of a vif, where it has one
 * @param emulated whether a vif has an emulated card beside it, which is connected by a run of its own
 * @source tools/libs/light/libxl_linux.c: get_hotplug_env, libxl__hotplug_nic, libxl__hotplug_disk
 */
record DeviceScript(
        String words, String kind, DomainId d, int devid, Path script, Optional<String> gatewaydev, boolean emulated) {
    private static final System.Logger LOG = System.getLogger(DeviceScript.class.getName());

    static DeviceScript of(DomainId d, NicPlan nic) {
        return new DeviceScript(
                nic.words(), nic.backendKind(), d, nic.devid(), nic.script(), nic.gatewaydev(), nic.emulated());
    }

    private boolean nic() {
        return kind.equals("vif");
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("script", script.toString());
        environment.put("XENBUS_TYPE", kind);
        environment.put("XENBUS_PATH", "backend/" + kind + "/" + d + "/" + devid);
        environment.put("XENBUS_BASE_PATH", "backend");
        if (nic()) {
            environment.put("netdev", gatewaydev.orElse(""));
            if (emulated) {
                environment.put("INTERFACE", "vif" + d + "." + devid + "-emu");
            }
            environment.put("vif", "vif" + d + "." + devid);
        }
        return environment;
    }

    /**
     * Connects the device.
     *
     * @throws ToolstackException.DeviceFailed with what the script said
     */
    void connect(Host host) {
        connect(host, nic() ? List.of("online", "type_if=vif") : List.of("add"));
    }

    /**
     * Connects the emulated card, which QEMU has made.
     *
     * @throws ToolstackException.DeviceFailed with what the script said
     */
    void connectEmulated(Host host) {
        connect(host, List.of("add", "type_if=tap"));
    }

    private void connect(Host host, List<String> arguments) {
        HotplugScripts.Result result = host.scripts().run(script, arguments, environment());
        if (!result.succeeded()) {
            throw new ToolstackException.DeviceFailed(words, "running " + script, reason(host.store(), result), null);
        }
    }

    /** Disconnects it; a failure is logged, and the removal goes on, as with xl. */
    void disconnect(Host host) {
        disconnect(host, nic() ? List.of("offline", "type_if=vif") : List.of("remove"));
        if (emulated) {
            disconnect(host, List.of("remove", "type_if=tap"));
        }
    }

    private void disconnect(Host host, List<String> arguments) {
        HotplugScripts.Result result = host.scripts().run(script, arguments, environment());
        if (!result.succeeded()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    words + " of domain " + d + ": running " + script + " at its removal failed: "
                            + reason(host.store(), result));
        }
    }

    /** What the script left in xenstore for the toolstack, and what it said; both are a stranger's texts. */
    private String reason(StoreAccess store, HotplugScripts.Result result) {
        String told = store.find(Nodes.backend(DomainId.DOM0, kind, d, devid) + "/hotplug-error")
                .map(Printable::brief)
                .orElse("");
        String said = Printable.brief(result.said().replace('\n', ' '));
        String why = told.isEmpty() || said.contains(told) ? said : said.isEmpty() ? told : told + "; " + said;
        String end = result.status().isPresent()
                ? "it ended with exit status " + result.status().getAsInt()
                : "it did not end by itself";
        return why.isEmpty()
                ? end + " and without a word; /var/log/xen/xen-hotplug.log may have more"
                : why + " (" + end + ")";
    }
}
