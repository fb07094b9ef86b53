package dev.jxl.config.xl;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jxl.config.CpuSet;
import dev.jxl.config.XenVersion;
import dev.jxl.config.libxl.LibxlTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Writes an xl.cfg from libxl's configuration: xl makes the same of it again, as far as its language goes. */
final class XlWriter {
    private static final Map<String, String> ACTIONS = Map.of(
            "on_poweroff", "destroy",
            "on_reboot", "destroy",
            "on_watchdog", "destroy",
            "on_crash", "destroy",
            "on_soft_reset", "destroy");

    private final LibxlTree tree;
    private final StringBuilder out = new StringBuilder();

    private XlWriter(LibxlTree tree) {
        this.tree = tree;
    }

    /** The file's text. */
    static String write(LibxlTree tree) {
        XlWriter writer = new XlWriter(new LibxlTree(tree.version(), tree.write()));
        writer.all();
        return writer.out.toString();
    }

    private JsonNode at(String path) {
        return tree.get(path);
    }

    private void all() {
        text("name", at("c_info/name"));
        text("uuid", at("c_info/uuid"));
        text("type", at("c_info/type"));
        boolean later = tree.has("b_info/exec_ssid_label");
        text(later ? "init_seclabel" : "seclabel", at("c_info/ssid_label"));
        text("seclabel", at("b_info/exec_ssid_label"));
        for (XlSimple.Row row : XlSimple.all()) {
            if (!row.key().equals("maxmem") || !at(row.path()).equals(at("b_info/target_memkb"))) {
                simple(row, at(row.path()));
            }
        }
        cpus();
        text("cmdline", at("b_info/cmdline"));
        texts("bootloader_args", at("b_info/bootloader_args"));
        for (String key : List.of("max_grant_frames", "max_maptrack_frames", "max_grant_version", "vmtrace_buf_kb")) {
            number(key, at("b_info/" + key));
        }
        number("altp2m_count", at("b_info/altp2m_count"));
        for (String key : List.of("tsc_mode", "timer_mode", "altp2m")) {
            text(key, at("b_info/" + key));
        }
        JsonNode version = at("b_info/device_model_version");
        if (!version.isMissingNode()) {
            line("device_model_version", quoted(version.asText().replace('_', '-')));
        }
        ACTIONS.forEach((key, initial) -> line(key, quoted(action(at(key).asText(initial)))));
        hvm();
        cpuid();
        io();
        new XlDeviceWriter(tree).lists().forEach(this::line);
    }

    private static String action(String word) {
        return word.equals("restart_rename") ? "rename-restart" : word.replace('_', '-');
    }

    private void line(String key, String value) {
        out.append(key).append(" = ").append(value).append('\n');
    }

    private void text(String key, JsonNode value) {
        if (value.isTextual()) {
            line(key, quoted(value.textValue()));
        }
    }

    private void number(String key, JsonNode value) {
        if (value.isNumber()) {
            line(key, number(value.bigIntegerValue().longValue()));
        }
    }

    /** A number of C's long; a minus is possible only in quotes. */
    private static String number(long number) {
        return number < 0 ? "\"" + number + "\"" : Long.toString(number);
    }

    private void texts(String key, JsonNode value) {
        if (!value.isEmpty()) {
            List<String> items = new ArrayList<>();
            value.forEach(item -> items.add(item.asText()));
            line(key, list(items));
        }
    }

    static String list(List<String> items) {
        StringJoiner list = new StringJoiner(", ", "[ ", " ]");
        items.forEach(item -> list.add(quoted(item)));
        return list.toString();
    }

    /** A text in quotes, with the language's escapes. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                default -> quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private void simple(XlSimple.Row row, JsonNode value) {
        if (value.isMissingNode() || !tree.version().atLeast(row.since())) {
            return;
        }
        switch (row.kind()) {
            case "flag" -> line(row.key(), value.asText().equals("True") ? "1" : "0");
            case "number" -> number(row.key(), value);
            case "mib" -> line(row.key(), number(value.bigIntegerValue().longValue() / 1024));
            case "texts" -> texts(row.key(), value);
            default -> text(row.key(), value);
        }
    }

    private void cpus() {
        int online = at("b_info/avail_vcpus").size();
        if (online > 0) {
            line("vcpus", Integer.toString(online));
        }
        number("maxvcpus", at("b_info/max_vcpus"));
        affinity("cpus", at("b_info/vcpu_hard_affinity"));
        affinity("cpus_soft", at("b_info/vcpu_soft_affinity"));
        List<String> nodes = new ArrayList<>();
        for (JsonNode node : at("b_info/vnuma_nodes")) {
            List<String> options = new ArrayList<>();
            options.add("pnode=" + node.path("pnode").asLong());
            options.add("size=" + node.path("memkb").asLong() / 1024);
            if (!node.path("vcpus").isEmpty()) {
                options.add("vcpus=" + cpus(node.get("vcpus")));
            }
            StringJoiner distances = new StringJoiner(",");
            node.path("distances").forEach(d -> distances.add(d.asText()));
            options.add("vdistances=" + distances);
            nodes.add(list(options));
        }
        if (!nodes.isEmpty()) {
            line("vnuma", "[ " + String.join(", ", nodes) + " ]");
        }
    }

    private void affinity(String key, JsonNode sets) {
        if (sets.isEmpty()) {
            return;
        }
        List<String> texts = new ArrayList<>();
        sets.forEach(set -> texts.add(cpus(set)));
        boolean one = texts.stream().distinct().count() == 1 && !tree.has("b_info/numa_placement");
        line(key, one ? quoted(texts.getFirst()) : list(texts));
    }

    private static String cpus(JsonNode bits) {
        List<Integer> numbers = new ArrayList<>();
        bits.forEach(bit -> numbers.add(bit.intValue()));
        return new CpuSet(numbers).toString();
    }

    private void hvm() {
        JsonNode hvm = at("b_info/type.hvm");
        if (hvm.path("viridian").isTextual()
                && hvm.path("viridian_enable").isEmpty()
                && hvm.path("viridian_disable").isEmpty()) {
            line("viridian", hvm.get("viridian").asText().equals("True") ? "1" : "0");
        } else if (!hvm.path("viridian_enable").isEmpty()
                || !hvm.path("viridian_disable").isEmpty()) {
            viridian(hvm);
        }
        if (hvm.has("mmio_hole_memkb")) {
            line("mmio_hole", number(hvm.get("mmio_hole_memkb").asLong() / 1024));
        }
        if (hvm.path("rdm").path("strategy").asText().equals("host")) {
            line("rdm", "\"strategy=host\"");
        }
        List<String> smbios = new ArrayList<>();
        hvm.path("smbios")
                .forEach(s -> smbios.add(
                        s.path("key").asText() + "=" + s.path("value").asText()));
        if (!smbios.isEmpty()) {
            line("smbios", list(smbios));
        }
        if (hvm.has("ms_vm_genid")) {
            line("ms_vm_genid", "\"generate\"");
        }
        if (hvm.path("mca_caps").asLong() != 0) {
            line("mca_caps", "[ \"lmce\" ]");
        }
        String vga = hvm.path("vga").path("kind").asText("");
        if (!vga.isEmpty()) {
            line("vga", quoted(vga.equals("std") ? "stdvga" : vga));
        }
        if (hvm.has("gfx_passthru_kind")) {
            line("gfx_passthru", quoted(hvm.get("gfx_passthru_kind").asText()));
        } else if (hvm.has("gfx_passthru")) {
            line("gfx_passthru", hvm.get("gfx_passthru").asText().equals("True") ? "1" : "0");
        }
        for (String key : List.of("serial", "usbdevice")) {
            text(key, hvm.path(key));
            texts(key, hvm.path(key + "_list"));
        }
    }

    private void viridian(JsonNode hvm) {
        List<String> words = tree.listWords("viridian_enlightenment");
        List<String> items = new ArrayList<>();
        if (hvm.path("viridian").asText().equals("True")) {
            items.add("defaults");
        }
        boolean all = false;
        for (JsonNode bit : hvm.path("viridian_enable")) {
            all |= bit.intValue() >= words.size();
        }
        if (all) {
            items.add("all");
        }
        for (int i = 0; i < words.size(); i++) {
            boolean on = has(hvm.path("viridian_enable"), i);
            if (has(hvm.path("viridian_disable"), i)) {
                items.add("!" + words.get(i));
            } else if (on && !all) {
                items.add(words.get(i));
            }
        }
        line("viridian", list(items));
    }

    private static boolean has(JsonNode bits, int wanted) {
        for (JsonNode bit : bits) {
            if (bit.intValue() == wanted) {
                return true;
            }
        }
        return false;
    }

    /** The old form says every leaf; for MSRs there are only the features' names. */
    private void cpuid() {
        JsonNode policy = at("b_info/cpuid");
        List<String> leaves = new ArrayList<>();
        for (JsonNode leaf : policy.path("cpuid")) {
            StringBuilder text =
                    new StringBuilder("0x" + Long.toHexString(leaf.path("leaf").asLong()));
            if (leaf.has("subleaf")) {
                text.append(",0x").append(Long.toHexString(leaf.get("subleaf").asLong()));
            }
            String separator = ":";
            for (String register : List.of("eax", "ebx", "ecx", "edx")) {
                if (leaf.has(register)) {
                    text.append(separator)
                            .append(register)
                            .append('=')
                            .append(leaf.get(register).asText());
                    separator = ",";
                }
            }
            leaves.add(separator.equals(":") ? text + ":" : text.toString());
        }
        if (!leaves.isEmpty()) {
            line("cpuid", list(leaves));
        }
    }

    private void io() {
        List<String> ports = new ArrayList<>();
        for (JsonNode range : at("b_info/ioports")) {
            long first = range.path("first").asLong();
            long last = first + range.path("number").asLong() - 1 & 0xFFFF_FFFFL;
            ports.add(Long.toHexString(first) + "-" + Long.toHexString(last));
        }
        List<String> memory = new ArrayList<>();
        for (JsonNode range : at("b_info/iomem")) {
            String guest = range.has("gfn") ? "@" + hex(range.get("gfn")) : "";
            memory.add(hex(range.path("start")) + "," + hex(range.path("number")) + guest);
        }
        List<String> nodes = new ArrayList<>();
        at("dtdevs").forEach(node -> nodes.add(node.path("path").asText()));
        List<String> quotas = new ArrayList<>();
        at("b_info/xenstore_quota/quota")
                .forEach(q ->
                        quotas.add(q.path("name").asText() + "=" + q.path("val").asLong()));
        Map<String, List<String>> lists =
                Map.of("ioports", ports, "iomem", memory, "dtdev", nodes, "xenstore_quota", quotas);
        lists.forEach((key, items) -> {
            if (!items.isEmpty()) {
                line(key, list(items));
            }
        });
        texts("irqs", at("b_info/irqs"));
        if (tree.version().atLeast(XenVersion.V4_20)) {
            texts("llc_colors", at("b_info/llc_colors"));
        }
        String sci = at("b_info/arch_arm/arm_sci/type").asText("");
        if (!sci.isEmpty()) {
            line("arm_sci", quoted("type=" + sci));
        }
    }

    private static String hex(JsonNode number) {
        return Long.toHexString(
                number.isMissingNode() ? 0 : number.bigIntegerValue().longValue());
    }
}
