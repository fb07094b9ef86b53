package dev.jxl.config.xl;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jxl.config.libxl.LibxlTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The lists of devices of an xl.cfg, from libxl's configuration. */
final class XlDeviceWriter {
    private static final Map<String, String> NIC = pairs(
            "mac mac bridge bridge gatewaydev gatewaydev ip ip script script backend_domname backend ifname vifname model model "
                    + "coloft_forwarddev forwarddev devid devid mtu mtu vlan vlan");
    private static final Map<String, String> VFB =
            pairs("vnc/listen vnclisten vnc/passwd vncpasswd vnc/display vncdisplay keymap keymap sdl/display display "
                    + "sdl/xauthority xauthority");
    private static final Map<String, String> VKB = pairs(
            "backend_domname backend backend_type backend-type unique_id unique-id width width height height multi_touch_width "
                    + "multi-touch-width multi_touch_height multi-touch-height multi_touch_num_contacts multi-touch-num-contacts");
    private static final Map<String, String> P9 = pairs(
            "tag tag path path security_model security_model backend_domname backend type type max_files max-files "
                    + "max_open_files max-open-files max_space max-space");
    private static final Map<String, String> SOUND =
            pairs("params/channels_min channels-min params/channels_max channels-max params/buffer_size buffer-size");

    private final LibxlTree tree;
    private final Map<String, String> lists = new LinkedHashMap<>();

    XlDeviceWriter(LibxlTree tree) {
        this.tree = tree;
    }

    private static Map<String, String> pairs(String words) {
        String[] all = words.split(" ", -1);
        Map<String, String> pairs = new LinkedHashMap<>();
        for (int i = 0; i < all.length; i += 2) {
            pairs.put(all[i], all[i + 1]);
        }
        return pairs;
    }

    /** The keys with their values. */
    Map<String, String> lists() {
        list("disk", "disks", XlDeviceWriter::disk);
        list("vif", "nics", XlDeviceWriter::nic);
        list("pci", "pcidevs", XlDeviceWriter::pci);
        list("vfb", "vfbs", XlDeviceWriter::vfb);
        keyboards();
        list("usbctrl", "usbctrls", d -> some(d, pairs("type type version version ports ports")));
        list("usbdev", "usbdevs", XlDeviceWriter::usb);
        list("vtpm", "vtpms", d -> some(d, pairs("backend_domname backend uuid uuid")));
        list("p9", "p9s", d -> {
            List<String> parts = some(d, P9);
            if (d.path("auto_delete").asBoolean()) {
                parts.add("auto-delete=1");
            }
            return parts;
        });
        list("pvcalls", "pvcallsifs", d -> some(d, pairs("backend_domname backend")));
        list("channel", "channels", XlDeviceWriter::channel);
        list("vdispl", "vdispls", XlDeviceWriter::display);
        list("virtio", "virtios", d -> {
            List<String> parts = some(d, pairs("backend_domname backend type type transport transport"));
            flag(parts, d, "grant_usage", "grant_usage=1", "grant_usage=0");
            return parts;
        });
        sound();
        return lists;
    }

    private interface Entry {
        List<String> parts(JsonNode device);
    }

    private void list(String key, String path, Entry entry) {
        List<String> items = new ArrayList<>();
        for (JsonNode device : tree.get(path)) {
            items.add(String.join(",", entry.parts(device)));
        }
        if (!items.isEmpty()) {
            lists.put(key, XlWriter.list(items));
        }
    }

    /** The fields that are there, as key=value. */
    private static List<String> some(JsonNode device, Map<String, String> names) {
        List<String> parts = new ArrayList<>();
        names.forEach((path, name) -> {
            JsonNode value = device.at("/" + path);
            if (!value.isMissingNode()) {
                parts.add(name + "=" + value.asText());
            }
        });
        return parts;
    }

    private static void flag(List<String> parts, JsonNode device, String field, String yes, String no) {
        String flag = device.path(field).asText("");
        if (!flag.isEmpty()) {
            parts.add(flag.equals("True") || flag.equals("true") ? yes : no);
        }
    }

    private static List<String> disk(JsonNode disk) {
        List<String> parts = some(
                disk,
                pairs("format format vdev vdev backend backendtype backend_domname backend script script specification "
                        + "specification colo_host colo-host colo_port colo-port colo_export colo-export active_disk active-disk "
                        + "hidden_disk hidden-disk"));
        if (disk.path("is_cdrom").asInt() != 0) {
            parts.add("devtype=cdrom");
        } else {
            parts.add("access=" + (disk.path("readwrite").asInt() != 0 ? "rw" : "ro"));
        }
        if (disk.path("direct_io_safe").asBoolean()) {
            parts.add("direct-io-safe");
        }
        flag(parts, disk, "discard_enable", "discard", "no-discard");
        flag(parts, disk, "colo_enable", "colo", "no-colo");
        flag(parts, disk, "trusted", "trusted", "untrusted");
        flag(parts, disk, "grant_usage", "grant_usage=1", "grant_usage=0");
        if (disk.has("pdev_path")) {
            // the last: it may have commas
            parts.add("target=" + disk.get("pdev_path").asText());
        }
        return parts;
    }

    private static List<String> nic(JsonNode nic) {
        List<String> parts = some(nic, NIC);
        nic.properties().forEach(field -> {
            if (field.getKey().startsWith("colo_")) {
                parts.add(field.getKey() + "=" + field.getValue().asText());
            }
        });
        String type = nic.path("nictype").asText("");
        if (!type.isEmpty()) {
            parts.add("type=" + (type.equals("vif_ioemu") ? "ioemu" : "vif"));
        }
        long bytes = nic.path("rate_bytes_per_interval").asLong();
        long micros = nic.path("rate_interval_usecs").asLong();
        if (micros != 0) {
            // rounded up, so that the interval's bytes come out again
            parts.add("rate=" + (bytes * 1_000_000 + micros - 1) / micros + "B/s@" + micros + "us");
        }
        flag(parts, nic, "trusted", "trusted", "untrusted");
        return parts;
    }

    private static List<String> pci(JsonNode pci) {
        List<String> parts = new ArrayList<>();
        if (pci.has("vfunc_mask")) {
            boolean all = pci.get("vfunc_mask").asLong() != 1;
            parts.add(String.format(
                    Locale.ROOT,
                    "%04x:%02x:%02x.%s",
                    pci.path("domain").asInt(),
                    pci.path("bus").asInt(),
                    pci.path("dev").asInt(),
                    all ? "*" : pci.path("func").asText("0")));
        }
        parts.addAll(some(pci, pairs("name name rdm_policy rdm_policy")));
        if (pci.has("vdevfn")) {
            parts.add("vslot=" + Long.toHexString(pci.get("vdevfn").asLong() >> 3));
        }
        for (String option : List.of("permissive", "msitranslate", "seize", "power_mgmt")) {
            flag(parts, pci, option, option + "=1", option + "=0");
        }
        return parts;
    }

    private static List<String> vfb(JsonNode vfb) {
        List<String> parts = some(vfb, VFB);
        pairs("vnc/enable vnc vnc/findunused vncunused sdl/enable sdl sdl/opengl opengl")
                .forEach((path, name) -> {
                    JsonNode flag = vfb.at("/" + path);
                    if (!flag.isMissingNode()) {
                        parts.add(name + "=" + (flag.asText().equals("True") ? "1" : "0"));
                    }
                });
        return parts;
    }

    /** Those of framebuffers come by themselves: they have no backend's type. */
    private void keyboards() {
        List<String> items = new ArrayList<>();
        for (JsonNode vkb : tree.get("vkbs")) {
            if (vkb.has("backend_type")) {
                List<String> parts = some(vkb, VKB);
                for (String feature :
                        List.of("disable_keyboard", "disable_pointer", "abs_pointer", "raw_pointer", "multi_touch")) {
                    if (vkb.path("feature_" + feature).asBoolean()) {
                        parts.add("feature-" + feature.replace('_', '-') + "=1");
                    }
                }
                items.add(String.join(",", parts));
            }
        }
        if (!items.isEmpty()) {
            lists.put("vkb", XlWriter.list(items));
        }
    }

    private static List<String> usb(JsonNode device) {
        List<String> parts = some(device, pairs("ctrl controller port port"));
        if (device.has("type.hostdev")) {
            parts.add("type=hostdev");
            parts.addAll(some(device.get("type.hostdev"), pairs("hostbus hostbus hostaddr hostaddr")));
        }
        return parts;
    }

    private static List<String> channel(JsonNode channel) {
        List<String> parts = some(channel, pairs("backend_domname backend name name"));
        if (channel.has("connection.socket")) {
            parts.add("connection=socket");
            parts.add("path=" + channel.get("connection.socket").path("path").asText());
        } else {
            parts.add("connection=pty");
        }
        return parts;
    }

    private static List<String> display(JsonNode display) {
        List<String> parts = some(display, pairs("backend_domname backend"));
        flag(parts, display, "be_alloc", "be-alloc=1", "be-alloc=0");
        List<String> connectors = new ArrayList<>();
        for (JsonNode c : display.path("connectors")) {
            connectors.add(c.path("unique_id").asText() + ":" + c.path("width").asLong() + "x"
                    + c.path("height").asLong());
        }
        parts.add("connectors=" + String.join(";", connectors));
        return parts;
    }

    private void sound() {
        List<String> cards = new ArrayList<>();
        for (JsonNode card : tree.get("vsnds")) {
            List<String> texts = new ArrayList<>();
            texts.add(sound("card", card, pairs("backend_domname backend short_name short-name long_name long-name")));
            for (JsonNode pcm : card.path("pcms")) {
                texts.add(sound("pcm", pcm, pairs("name name")));
                pcm.path("streams")
                        .forEach(stream -> texts.add(sound("stream", stream, pairs("unique_id unique-id type type"))));
            }
            cards.add(XlWriter.list(texts));
        }
        if (!cards.isEmpty()) {
            lists.put("vsnd", "[ " + String.join(", ", cards) + " ]");
        }
    }

    private static String sound(String kind, JsonNode from, Map<String, String> names) {
        List<String> parts = new ArrayList<>(List.of(kind));
        parts.addAll(some(from, names));
        parts.addAll(some(from, SOUND));
        joined(parts, "sample-rates", from.at("/params/sample_rates"));
        joined(parts, "sample-formats", from.at("/params/sample_formats"));
        return String.join(",", parts);
    }

    private static void joined(List<String> parts, String name, JsonNode values) {
        if (!values.isEmpty()) {
            List<String> texts = new ArrayList<>();
            values.forEach(value -> texts.add(value.asText()));
            parts.add(name + "=" + String.join(";", texts));
        }
    }
}
