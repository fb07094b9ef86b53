package dev.jxl.config.xl;

import dev.jxl.config.GuestType;
import dev.jxl.config.XenVersion;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every key of xl.cfg: for whom and since when.
 *
 * @source tools/xl/xl_parse.c: parse_config_data, 4.17 to 4.22
 */
final class XlKeys {
    /** A key of more characters than this is nobody's typing mistake. */
    private static final int LONGEST_GUESSED = 40;

    private static final Set<GuestType> ANY = EnumSet.allOf(GuestType.class);
    private static final Map<String, XlKey> KEYS = new HashMap<>();

    static {
        for (XlSimple.Row row : XlSimple.all()) {
            KEYS.put(row.key(), new XlKey(row.key(), row.types(), row.since(), ""));
        }
        all("name uuid type builder seclabel init_seclabel vcpus maxvcpus cpus cpus_soft vnuma cmdline root extra");
        all(
                "on_poweroff on_reboot on_watchdog on_crash on_soft_reset on_device_model_crash on_host_stop tsc_mode timer_mode");
        all("altp2m");
        all("driver_restart driver_attempts driver_heartbeat driver_lost_disk");
        all("max_grant_frames max_maptrack_frames max_grant_version bootloader_args firmware vmtrace_buf_kb cpuid");
        all("disk vif pci pci_msitranslate pci_power_mgmt pci_permissive pci_seize rdm ioports irqs iomem dtdev");
        all("vtpm p9 vdispl pvcalls vsnd channel vfb vkb usbctrl usbdev device_model_version");
        // for PV these make a framebuffer
        all("vnc vnclisten vncpasswd vncdisplay vncunused sdl opengl display xauthority keymap");
        for (String name : words("viridian mmio_hole ms_vm_genid mca_caps vga stdvga gfx_passthru serial usbdevice")) {
            KEYS.put(name, new XlKey(name, EnumSet.of(GuestType.HVM), XenVersion.V4_17, ""));
        }
        KEYS.put("smbios", new XlKey("smbios", EnumSet.of(GuestType.HVM), XenVersion.V4_18, ""));
        since(XenVersion.V4_18, "virtio");
        since(XenVersion.V4_20, "llc_colors");
        since(XenVersion.V4_21, "altp2m_count arm_sci");
        since(XenVersion.V4_22, "xenstore_quota");
        note("vncviewer", "");
        note("vif2", "ignored, as xl does");
        note("device_model", "ignored, as xl does (its newer name is device_model_override)");
        for (String name : words("vuart gic_version tee sve nr_spis dtdev device_tree arm_sci llc_colors")) {
            note(name, "is for Arm: no effect on this computer");
        }
    }

    private XlKeys() {}

    static Optional<XlKey> find(String name) {
        return Optional.ofNullable(KEYS.get(name));
    }

    /** The known key that somebody most likely meant; empty when none is near. */
    static Optional<String> findNearest(String name) {
        if (name.length() > LONGEST_GUESSED) {
            return Optional.empty();
        }
        String best = "";
        int bestDistance = 1 + Math.max(1, name.length() / 3);
        for (String known : KEYS.keySet().stream().sorted().toList()) {
            int distance = Spelling.distance(name, known);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = known;
            }
        }
        return best.isEmpty() ? Optional.empty() : Optional.of(best);
    }

    private static void all(String names) {
        since(XenVersion.V4_17, names);
    }

    private static void since(XenVersion version, String names) {
        for (String name : words(names)) {
            KEYS.put(name, new XlKey(name, ANY, version, ""));
        }
    }

    private static void note(String name, String note) {
        KEYS.put(name, new XlKey(name, ANY, XenVersion.V4_17, note));
    }

    private static List<String> words(String names) {
        return List.of(names.split(" "));
    }
}
