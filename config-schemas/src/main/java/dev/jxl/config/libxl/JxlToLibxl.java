package dev.jxl.config.libxl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.jxl.config.DomainId;
import dev.jxl.config.ViridianSpec.Enlightenment;
import java.util.Locale;
import java.util.Map;

/** Makes libxl's form of jxl's: the table's fields, then what needs more than a table. */
final class JxlToLibxl {
    private static final long ALL_FUNCTIONS = 0xFFFF_FFFFL;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** What jxl's form leaves out as it is the default. */
    private static final Map<String, String> UNSAID_EVENTS = Map.of("reboot", "restart", "softReset", "soft-reset");

    private static final int DEFAULT_EVENT_CHANNELS = 1023;

    private final JsonNode jxl;
    private final Map<String, DomainId> numbers;
    private final ObjectNode libxl = NODES.objectNode();

    private JxlToLibxl(JsonNode jxl, Map<String, DomainId> numbers) {
        this.jxl = jxl;
        this.numbers = numbers;
    }

    /**
     * Converts.
     *
     * @param numbers of backend domains by the names that the configuration has for them
     */
    static ObjectNode convert(JsonNode jxl, Map<String, DomainId> numbers) {
        JxlToLibxl conversion = new JxlToLibxl(jxl, numbers);
        MappingTable.toLibxl(jxl, conversion.libxl);
        conversion.machine();
        conversion.cpu();
        conversion.devices();
        conversion.nics();
        LibxlToJxl.EVENTS.forEach(conversion::event);
        LibxlToJxl.BACKENDS.forEach(conversion::backends);
        return conversion.libxl;
    }

    private void put(String path, JsonNode value) {
        MappingTable.put(libxl, path, value);
    }

    private void event(String key, String name) {
        String word = jxl.at("/onEvents/" + name)
                .asText(UNSAID_EVENTS.getOrDefault(name, "destroy"))
                .replace('-', '_');
        put(key, TextNode.valueOf(word.equals("rename_restart") ? "restart_rename" : word));
    }

    private void machine() {
        put("b_info/type", jxl.path("type"));
        ArrayNode online = NODES.arrayNode();
        for (int i = 0; i < jxl.path("vcpus").asInt(1); i++) {
            online.add(i);
        }
        put("b_info/avail_vcpus", online);
        viridian("enable");
        viridian("disable");
        JsonNode passthrough = jxl.at("/graphics/passthrough");
        if (!passthrough.isMissingNode()) {
            put("b_info/type.hvm/gfx_passthru", TextNode.valueOf("True"));
            put("b_info/type.hvm/gfx_passthru_kind", passthrough);
        }
        String hex = jxl.at("/firmware/generationId").asText("");
        if (!hex.isEmpty()) {
            ArrayNode bytes = NODES.arrayNode();
            for (int i = 0; i + 2 <= hex.length(); i += 2) {
                bytes.add(Integer.parseInt(hex.substring(i, i + 2), 16));
            }
            put("b_info/type.hvm/ms_vm_genid", bytes);
        }
        JsonNode channels = jxl.path("maxEventChannels");
        if (channels.asInt(DEFAULT_EVENT_CHANNELS) == DEFAULT_EVENT_CHANNELS) {
            put("b_info/event_channels", IntNode.valueOf(0));
        }
        if (jxl.at("/boot/commandLine").asText("").isEmpty() && libxl.get("b_info") instanceof ObjectNode build) {
            build.remove("cmdline");
        }
    }

    private void viridian(String which) {
        ArrayNode bits = NODES.arrayNode();
        for (JsonNode word : jxl.at("/platform/viridian/" + which)) {
            Enlightenment known = Enlightenment.valueOf(word.asText().toUpperCase(Locale.ROOT));
            bits.add(LibxlToJxl.ENLIGHTENMENTS.indexOf(known));
        }
        put("b_info/type.hvm/viridian_" + which, bits);
    }

    private void cpu() {
        JsonNode extra = jxl.at("/cpu/scheduler/extratime");
        if (!extra.isMissingNode()) {
            put("b_info/sched_params/extratime", IntNode.valueOf(extra.booleanValue() ? 1 : 0));
        }
        JsonNode leaves = jxl.at("/cpu/cpuid");
        JsonNode msrs = jxl.at("/cpu/msrs");
        if (!leaves.isEmpty() || !msrs.isEmpty()) {
            ObjectNode policy = NODES.objectNode();
            policy.set("cpuid", leaves.isArray() ? leaves : NODES.arrayNode());
            policy.set("msr", msrs.isArray() ? msrs : NODES.arrayNode());
            put("b_info/cpuid", policy);
        }
    }

    private void nics() {
        for (int i = 0; i < libxl.path("nics").size(); i++) {
            ObjectNode nic = (ObjectNode) libxl.get("nics").get(i);
            JsonNode from = jxl.get("nics").get(i);
            nic.put("nictype", from.path("ioemu").booleanValue() ? "vif_ioemu" : "vif");
            if (!from.has("devid")) {
                nic.put("devid", i);
            }
        }
    }

    private void devices() {
        for (int i = 0; i < libxl.path("disks").size(); i++) {
            boolean cdrom = jxl.get("disks").get(i).path("cdrom").booleanValue();
            ((ObjectNode) libxl.get("disks").get(i)).put("removable", cdrom ? 1 : 0);
        }
        for (int i = 0; i < libxl.path("pcidevs").size(); i++) {
            pci((ObjectNode) libxl.get("pcidevs").get(i), jxl.at("/devices/pci").get(i));
        }
        for (JsonNode device : libxl.path("usbdevs")) {
            ((ObjectNode) device).put("type", "hostdev");
        }
        for (JsonNode card : libxl.path("vsnds")) {
            for (JsonNode pcm : card.path("pcms")) {
                pcm.path("streams").forEach(JxlToLibxl::direction);
            }
        }
        for (JsonNode name : jxl.at("/devices/pvcalls")) {
            ArrayNode list = libxl.get("pvcallsifs") instanceof ArrayNode there ? there : libxl.putArray("pvcallsifs");
            ObjectNode device = list.addObject();
            if (!name.asText().equals("0")) {
                backend(device, name.asText());
            }
        }
        for (String list :
                new String[] {"vfbs", "vkbs", "virtios", "vtpms", "pvcallsifs", "vdispls", "vsnds", "usbctrls"}) {
            for (int i = 0; i < libxl.path(list).size(); i++) {
                ObjectNode device = (ObjectNode) libxl.get(list).get(i);
                if (!device.has("devid")) {
                    device.put("devid", i);
                }
            }
        }
    }

    private static void direction(JsonNode stream) {
        if (stream.has("type")) {
            ((ObjectNode) stream).put("type", stream.get("type").asText().substring(0, 1));
        }
    }

    private static void pci(ObjectNode device, JsonNode from) {
        if (from.has("address")) {
            boolean all = from.get("address").path("allFunctions").booleanValue();
            device.set("vfunc_mask", LongNode.valueOf(all ? ALL_FUNCTIONS : 1));
        }
        if (from.has("slot")) {
            device.put("vdevfn", from.get("slot").intValue() << 3);
        }
    }

    private void backends(String list, String path) {
        for (int i = 0; i < libxl.path(list).size(); i++) {
            String backend = jxl.at("/" + path).get(i).path("backendDomain").asText("");
            if (!backend.isEmpty()) {
                backend((ObjectNode) libxl.get(list).get(i), backend);
            }
        }
    }

    private void backend(ObjectNode device, String name) {
        DomainId number = numbers.get(name);
        if (number != null && number.value() != 0) {
            device.put("backend_domid", number.value());
        }
        device.put("backend_domname", name);
    }
}
