package dev.jxl.config.xl;

import static dev.jxl.config.GuestType.HVM;
import static dev.jxl.config.GuestType.PV;
import static dev.jxl.config.GuestType.PVH;

import dev.jxl.config.GuestType;
import dev.jxl.config.xl.XlKey.Support;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every key of xl.cfg, and what jxl does with it.
 *
 * @source tools/xl/xl_parse.c: parse_config_data (4.20; 4.22 for those marked so)
 */
final class XlKeys {
    /** A key of more characters than this is nobody's typing mistake. */
    private static final int LONGEST_GUESSED = 40;

    private static final Set<GuestType> ANY = EnumSet.allOf(GuestType.class);
    private static final Map<String, XlKey> KEYS = new HashMap<>();

    static {
        all(Support.READ, "name uuid type builder memory maxmem vcpus maxvcpus kernel ramdisk cmdline root extra");
        all(Support.READ, "disk vif on_poweroff on_reboot on_watchdog on_crash on_soft_reset tsc_mode hap nestedhvm");
        all(Support.READ, "nomigrate driver_domain max_event_channels max_grant_frames max_maptrack_frames");
        all(Support.READ, "max_grant_version pool shadow_memory seclabel init_seclabel bootloader bootloader_args");
        all(Support.READ, "bootloader_restrict bootloader_user localtime rtc_timeoffset timer_mode firmware");
        all(Support.READ, "on_device_model_crash");
        key("e820_host", EnumSet.of(PV), Support.READ, Set.of(), "");

        all(Support.NOT_SEEN_BY_GUEST, "cpus cpus_soft cpu_weight cap period slice latency extratime oos rdm");
        all(Support.NOT_SEEN_BY_GUEST, "pci_msitranslate pci_power_mgmt pci_permissive pci_seize");
        all(Support.NOT_SEEN_BY_GUEST, "vncunused vnclisten vncpasswd vncdisplay opengl display xauthority keymap");
        all(Support.NOT_SEEN_BY_GUEST, "device_model_override device_model_version device_model_user");
        all(Support.NOT_SEEN_BY_GUEST, "device_model_stubdomain_seclabel device_model_args device_model_args_pv");
        all(Support.NOT_SEEN_BY_GUEST, "stubdomain_kernel stubdomain_ramdisk stubdomain_cmdline stubdomain_memory");
        off(Support.NOT_SEEN_BY_GUEST, "vnc sdl dm_restrict device_model_stubdomain_override");
        for (String name : words("pvshim_path pvshim_cmdline pvshim_extra")) {
            key(name, EnumSet.of(PVH), Support.NOT_SEEN_BY_GUEST, Set.of(), "");
        }

        all(Support.CHANGES_GUEST, "vnuma ioports irqs iomem videoram");
        all(Support.CHANGES_GUEST, "pci vfb vkb usbctrl usbdev p9 channel vtpm vdispl vsnd pvcalls virtio");
        off(Support.CHANGES_GUEST, "vpmu msr_relaxed vmtrace_buf_kb");
        off(Support.CHANGES_GUEST, "xend_suspend_evtchn_compat");
        key("cpuid", ANY, Support.CHANGES_GUEST, Set.of("host"), "");
        key("passthrough", ANY, Support.CHANGES_GUEST, Set.of("default", "disabled"), "");
        key("altp2m", ANY, Support.CHANGES_GUEST, Set.of("0", "disabled"), "");
        key("pvshim", EnumSet.of(PVH), Support.READ, Set.of(), "");
        key("acpi", EnumSet.of(PVH, HVM), Support.READ, Set.of(), "");
        for (String name : words("device_tree dtdev vuart gic_version tee sve nr_spis llc_colors arm_sci")) {
            key(name, ANY, Support.CHANGES_GUEST, Set.of(), "is for Arm");
        }
        for (String name : words("altp2m_count trap_unmapped_accesses xenstore_feature_mask xenstore_quota")) {
            key(name, ANY, Support.CHANGES_GUEST, Set.of(), "came with Xen 4.22");
        }

        hvm("boot hdtype pae acpi_s3 acpi_s4 acpi_laptop_slate apic nx hpet altp2mhvm acpi_firmware smbios_firmware");
        hvm("smbios ms_vm_genid vpt_align hvm_pirq xen_platform_pci mmio_hole viridian vendor_device bios");
        hvm("bios_path_override firmware_override vga stdvga nographic gfx_passthru rdm_mem_boundary mca_caps serial");
        hvm("soundhw usb usbversion usbdevice vkb_device spice spicehost spiceport spicetls_port spicepasswd");
        hvm("spicedisable_ticketing spiceagent_mouse spicevdagent spice_clipboard_sharing spiceusbredirection");
        hvm("spice_image_compression spice_streaming_video device_model_args_hvm xen_platform_pci_bar_uc");

        key("vncviewer", ANY, Support.IGNORED_BY_XL, Set.of("0"), "");
        key("vif2", ANY, Support.IGNORED_BY_XL, Set.of(), "");
        key("device_model", ANY, Support.IGNORED_BY_XL, Set.of(), "its newer name is device_model_override");
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

    private static void all(Support support, String names) {
        for (String name : words(names)) {
            key(name, ANY, support, Set.of(), "");
        }
    }

    private static void off(Support support, String names) {
        for (String name : words(names)) {
            key(name, ANY, support, Set.of("0"), "");
        }
    }

    private static void hvm(String names) {
        for (String name : words(names)) {
            key(name, EnumSet.of(HVM), Support.CHANGES_GUEST, Set.of(), "");
        }
    }

    private static void key(String name, Set<GuestType> types, Support support, Set<String> defaults, String note) {
        KEYS.put(name, new XlKey(name, types, support, defaults, note));
    }

    private static List<String> words(String names) {
        return List.of(names.split(" "));
    }
}
