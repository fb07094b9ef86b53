package dev.jxl.config.libxl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.jxl.config.EventAction;
import dev.jxl.config.ViridianSpec.Enlightenment;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes jxl's form of libxl's: the table's fields, then what needs more than a table. */
final class LibxlToJxl {
    /** The fields of the actions, and what libxl has for them as initialised. */
    static final Map<String, String> EVENTS = Map.of(
            "on_poweroff", "poweroff",
            "on_reboot", "reboot",
            "on_watchdog", "watchdog",
            "on_crash", "crash",
            "on_soft_reset", "softReset");

    /** Lists of devices with a backend's domain. */
    static final Map<String, String> BACKENDS = Map.of(
            "disks", "disks",
            "nics", "nics",
            "vfbs", "devices/vfbs",
            "vkbs", "devices/vkbs",
            "virtios", "devices/virtios",
            "vtpms", "devices/vtpms",
            "p9s", "devices/p9s",
            "vdispls", "devices/vdispls",
            "vsnds", "devices/vsnds",
            "channels", "devices/channels");

    /** By their numbers. */
    static final List<Enlightenment> ENLIGHTENMENTS = List.of(Enlightenment.values());

    private static final long DEFAULT_KIB = 32 * 1024;
    private static final long INVALID_GFN = -1;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonNode libxl;
    private final ObjectNode jxl = NODES.objectNode();

    private LibxlToJxl(JsonNode libxl) {
        this.libxl = libxl;
    }

    static ObjectNode convert(JsonNode libxl) {
        LibxlToJxl conversion = new LibxlToJxl(libxl);
        MappingTable.toJxl(libxl, conversion.jxl);
        conversion.sizes();
        conversion.boot();
        conversion.events();
        conversion.machine();
        conversion.cpu();
        conversion.disks();
        conversion.nics();
        conversion.devices();
        BACKENDS.forEach(conversion::backends);
        return conversion.jxl;
    }

    private void put(String path, JsonNode value) {
        MappingTable.put(jxl, path, value);
    }

    private void remove(String path) {
        int slash = path.lastIndexOf('/');
        JsonNode parent = slash < 0 ? jxl : jxl.at("/" + path.substring(0, slash));
        if (parent instanceof ObjectNode object) {
            object.remove(path.substring(slash + 1));
        }
    }

    private void sizes() {
        if (!jxl.has("memoryKib")) {
            put("memoryKib", jxl.has("maxMemoryKib") ? jxl.get("maxMemoryKib") : LongNode.valueOf(DEFAULT_KIB));
        }
        if (!jxl.has("maxMemoryKib")) {
            put("maxMemoryKib", jxl.get("memoryKib"));
        }
        JsonNode online = libxl.at("/b_info/avail_vcpus");
        int most = (int) jxl.path("maxVcpus").asLong(0);
        // without avail_vcpus libxl starts one
        put("vcpus", IntNode.valueOf(Math.max(1, online.size())));
        put("maxVcpus", IntNode.valueOf(most == 0 ? Math.max(1, online.size()) : most));
        for (String path : List.of(
                "pagingKib",
                "maxGrantVersion",
                "maxEventChannels",
                "emulated/usbVersion",
                "graphics/spice/port",
                "graphics/spice/tlsPort")) {
            if (jxl.at("/" + path).asLong(1) == 0) {
                remove(path);
            }
        }
    }

    private void boot() {
        if (!jxl.path("boot").has("kernel")) {
            remove("boot");
        }
        if (!jxl.path("bootloader").has("program")) {
            remove("bootloader");
        }
        if (jxl.has("boot") && !jxl.get("boot").has("commandLine")) {
            put("boot/commandLine", TextNode.valueOf(""));
        }
    }

    private void events() {
        EVENTS.forEach((key, name) -> {
            String word = libxl.path(key).asText("destroy");
            put("onEvents/" + name, TextNode.valueOf(action(word)));
        });
    }

    private static String action(String word) {
        return word.equals("restart_rename")
                ? EventAction.RENAME_RESTART.word()
                : word.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void machine() {
        JsonNode hvm = libxl.at("/b_info/type.hvm");
        for (String which : List.of("enable", "disable")) {
            ArrayNode words = NODES.arrayNode();
            for (JsonNode bit : hvm.path("viridian_" + which)) {
                if (bit.intValue() < ENLIGHTENMENTS.size()) {
                    words.add(ENLIGHTENMENTS.get(bit.intValue()).word());
                }
            }
            if (!words.isEmpty()) {
                put("platform/viridian/" + which, words);
            }
        }
        single(hvm.path("serial"), "emulated/serial");
        single(hvm.path("usbdevice"), "emulated/usbDevices");
        if (hvm.path("gfx_passthru").asText().equals("True")) {
            put(
                    "graphics/passthrough",
                    TextNode.valueOf(hvm.path("gfx_passthru_kind").asText("default")));
        }
        if (hvm.path("altp2m").asText().equals("True") && !libxl.path("b_info").has("altp2m")) {
            put("platform/altp2m", TextNode.valueOf("mixed"));
        }
        if (!hvm.path("ms_vm_genid").isEmpty()) {
            StringBuilder hex = new StringBuilder();
            hvm.get("ms_vm_genid").forEach(b -> hex.append(String.format(Locale.ROOT, "%02x", b.intValue() & 0xFF)));
            put("firmware/generationId", TextNode.valueOf(hex.toString()));
        }
    }

    private void single(JsonNode text, String path) {
        if (!text.asText().isEmpty()) {
            put(path, NODES.arrayNode().add(text.asText()));
        }
    }

    private void cpu() {
        JsonNode extra = libxl.at("/b_info/sched_params/extratime");
        if (extra.asInt(-1) >= 0) {
            put("cpu/scheduler/extratime", BooleanNode.valueOf(extra.asInt() != 0));
        }
        JsonNode policy = libxl.at("/b_info/cpuid");
        JsonNode leaves = policy.isArray() ? policy : policy.path("cpuid");
        if (!leaves.isEmpty()) {
            put("cpu/cpuid", leaves);
        }
        if (!policy.path("msr").isEmpty()) {
            put("cpu/msrs", policy.get("msr"));
        }
        for (JsonNode node : jxl.at("/cpu/vnuma")) {
            orZero(node, "memoryKib", "physicalNode");
            if (!node.has("vcpus")) {
                ((ObjectNode) node).put("vcpus", "");
            }
        }
    }

    private static void orZero(JsonNode object, String... fields) {
        for (String field : fields) {
            if (!object.has(field)) {
                ((ObjectNode) object).put(field, 0);
            }
        }
    }

    private void disks() {
        for (JsonNode disk : jxl.path("disks")) {
            ObjectNode object = (ObjectNode) disk;
            if (!disk.has("format")) {
                object.put("format", "raw");
            }
            if (!disk.has("readWrite")) {
                object.put("readWrite", false);
            }
        }
    }

    private void nics() {
        for (int i = 0; i < jxl.path("nics").size(); i++) {
            ObjectNode nic = (ObjectNode) jxl.get("nics").get(i);
            JsonNode from = libxl.path("nics").get(i);
            // An HVM guest's card is an emulated one too, where nothing else is said.
            String usual = libxl.at("/c_info/type").asText().equals("hvm") ? "vif_ioemu" : "vif";
            nic.put("ioemu", from.path("nictype").asText(usual).equals("vif_ioemu"));
            if (isUsual(nic, i)) {
                nic.remove("devid");
            }
            boolean limited = from.path("rate_bytes_per_interval").asLong() != 0
                    && from.path("rate_interval_usecs").asLong() != 0;
            if (!limited) {
                nic.remove("rateLimit");
            }
            if (nic.path("mtu").asInt(-1) == 0) {
                nic.remove("mtu");
            }
        }
    }

    private static boolean isUsual(JsonNode device, int index) {
        int devid = device.path("devid").asInt(index);
        return devid == index || devid < 0;
    }

    /** Numbers are left out where they are those of the places in the list. */
    private void numbers(String list) {
        JsonNode devices = jxl.at("/devices/" + list);
        boolean usual = true;
        for (int i = 0; i < devices.size(); i++) {
            usual &= isUsual(devices.get(i), i);
        }
        for (JsonNode device : devices) {
            if (usual || device.path("devid").asInt(0) < 0) {
                ((ObjectNode) device).remove("devid");
            }
        }
    }

    private void devices() {
        List.of("vkbs", "vtpms", "usbControllers").forEach(this::numbers);
        for (int i = 0; i < jxl.at("/devices/pci").size(); i++) {
            pci(
                    (ObjectNode) jxl.at("/devices/pci").get(i),
                    libxl.path("pcidevs").get(i));
        }
        for (JsonNode range : jxl.at("/devices/io/ports")) {
            orZero(range, "first", "count");
        }
        for (JsonNode range : jxl.at("/devices/io/memory")) {
            orZero(range, "firstFrame", "count");
            if (range.path("guestFrame").bigIntegerValue().longValue() == INVALID_GFN) {
                ((ObjectNode) range).remove("guestFrame");
            }
        }
        for (JsonNode device : jxl.at("/devices/usbDevices")) {
            orZero(device, "hostBus", "hostAddress");
            ObjectNode object = (ObjectNode) device;
            if (device.path("controller").asInt(0) < 0) {
                object.remove("controller");
            }
            if (device.path("port").asInt(1) == 0) {
                object.remove("port");
            }
        }
        for (JsonNode display : jxl.at("/devices/vdispls")) {
            display.path("connectors").forEach(connector -> orZero(connector, "width", "height"));
        }
        for (JsonNode card : jxl.at("/devices/vsnds")) {
            for (JsonNode pcm : card.path("pcms")) {
                pcm.path("streams").forEach(LibxlToJxl::direction);
            }
        }
        ArrayNode pvcalls = NODES.arrayNode();
        libxl.path("pvcallsifs").forEach(device -> pvcalls.add(backend(device, "0")));
        if (!pvcalls.isEmpty()) {
            put("devices/pvcalls", pvcalls);
        }
    }

    private static void direction(JsonNode stream) {
        if (stream.has("direction")) {
            ((ObjectNode) stream)
                    .put("direction", stream.get("direction").asText().equals("p") ? "playback" : "capture");
        }
    }

    private static void pci(ObjectNode device, JsonNode from) {
        if (device.has("name") && !from.has("vfunc_mask")) {
            device.remove("address");
        } else {
            ObjectNode address =
                    device.get("address") instanceof ObjectNode there ? there : device.putObject("address");
            orZero(address, "bus", "device", "function");
            address.put("allFunctions", from.path("vfunc_mask").asLong(1) != 1);
        }
        if (from.path("vdevfn").asLong() != 0) {
            device.put("slot", from.get("vdevfn").asLong() >> 3 & 0x1F);
        }
    }

    private void backends(String list, String path) {
        for (int i = 0; i < libxl.path(list).size(); i++) {
            String backend = backend(libxl.get(list).get(i), "");
            if (!backend.isEmpty()) {
                ((ObjectNode) jxl.at("/" + path).get(i)).put("backendDomain", backend);
            }
        }
    }

    /** The name when there is one, else the number when it is not dom0's. */
    private static String backend(JsonNode device, String dom0) {
        String name = device.path("backend_domname").asText("");
        long number = device.path("backend_domid").asLong(0);
        return !name.isEmpty() ? name : number != 0 ? Long.toString(number) : dom0;
    }
}
