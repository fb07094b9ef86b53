package dev.jxl.config.xl;

import java.util.Optional;

/**
 * PCI devices of the host and the memory that they reserve.
 *
 * @source tools/libs/util/libxlu_pci.c: xlu_pci_parse_spec_string, xlu_rdm_parse
 */
final class XlPci {
    private static final long ALL_FUNCTIONS = 0xFFFF_FFFFL;

    private final XlSource in;
    private String path = "";

    XlPci(XlSource in) {
        this.in = in;
    }

    void read() {
        rdm();
        for (XlValue.Text text : in.texts("pci")) {
            path = in.tree.add("pcidevs");
            in.mark(path, "pci", text.place());
            preset("pci_msitranslate", "msitranslate");
            preset("pci_power_mgmt", "power_mgmt");
            preset("pci_permissive", "permissive");
            preset("pci_seize", "seize");
            in.tree.put(path + "/rdm_policy", policyOfDomain());
            if (!device(text.text())) {
                in.problems.error(
                        text.place(),
                        "pci",
                        "'" + Quoting.cut(text.text())
                                + "' is not a PCI device: [DDDD:]BB:DD.F[@SLOT][,KEY=VALUE…], or name=NAME");
            }
        }
        if (in.tree.has("pcidevs") && in.type() == dev.jxl.config.GuestType.PV) {
            in.tree.putFlag("b_info/type.pv/e820_host", true);
        }
    }

    private void preset(String key, String field) {
        in.tree.put(path + "/" + field, in.numberQuietly(key).orElse(0) & 0xFFFF_FFFFL);
    }

    /** For PV and PVH xl reads the place of a policy that nobody has set: 0, which is strict. */
    private String policyOfDomain() {
        String set = in.tree.get("b_info/type.hvm/rdm/policy").asText("");
        return !set.isEmpty() ? set : in.hvm() ? "invalid" : "strict";
    }

    /**
     * xl takes a policy that it knows for a mistake, and so drops the whole setting: only {@code strategy=host} and
     * policies that it does not know come through.
     */
    private void rdm() {
        Optional<XlValue.Text> text = in.find("rdm");
        if (text.isEmpty()) {
            return;
        }
        in.problems.warning(text.get().place(), "rdm", "xl reads only strategy=host of it");
        boolean host = false;
        for (String part : text.get().text().split(",", -1)) {
            boolean unknownPolicy = part.startsWith("policy=")
                    && in.tree
                            .findWord("rdm_reserve_policy", part.substring("policy=".length()))
                            .isEmpty();
            if (!unknownPolicy && !part.equals("strategy=host")) {
                return;
            }
            host |= !unknownPolicy;
        }
        if (host) {
            in.tree.put("b_info/type.hvm/rdm/strategy", "host");
            // what xl finds in memory that it has not set
            in.tree.put("b_info/type.hvm/rdm/policy", "strict");
        }
    }

    private boolean device(String spec) {
        int at = address(spec, 0);
        boolean addressed = at >= 0;
        if (addressed) {
            if (at < spec.length() && spec.charAt(at) == '@') {
                at = slot(spec, at + 1);
            }
            if (at < 0 || (at < spec.length() && spec.charAt(at) != ',')) {
                return false;
            }
            at = Math.min(spec.length(), at + 1);
        }
        at = Math.max(0, at);
        boolean named = false;
        while (at < spec.length()) {
            int equals = spec.indexOf('=', at);
            if (equals < 0) {
                return false;
            }
            int comma = spec.indexOf(',', equals);
            int end = comma < 0 ? spec.length() : comma;
            String key = spec.substring(at, equals);
            String value = spec.substring(equals + 1, end);
            if (!keyed(key, value)) {
                return false;
            }
            addressed |= key.equals("bdf");
            named |= key.equals("name");
            at = Math.min(spec.length(), end + 1);
        }
        return addressed != named;
    }

    private boolean keyed(String key, String value) {
        switch (key) {
            case "bdf" -> {
                return address(value, 0) >= 0;
            }
            case "vslot" -> {
                return slot(value, 0) >= 0;
            }
            case "permissive", "msitranslate", "seize", "power_mgmt" ->
                in.tree.put(path + "/" + key, CNumber.integer(value));
            case "rdm_policy" -> {
                Optional<String> word = in.tree.findWord("rdm_reserve_policy", value);
                word.ifPresent(w -> in.tree.put(path + "/rdm_policy", w));
                return word.isPresent();
            }
            case "name" -> in.tree.put(path + "/name", value);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The offset after {@code [DDDD:]BB:DD.F}; -1: there is none. */
    private int address(String spec, int from) {
        int colons = 0;
        for (int at = from; at < spec.length(); at++) {
            char c = spec.charAt(at);
            if (c != ':' && Character.digit(c, 16) < 0) {
                break;
            }
            colons += c == ':' ? 1 : 0;
        }
        if (colons < 1 || colons > 2) {
            return -1;
        }
        long[] numbers = new long[3];
        int at = from;
        for (int i = 2 - colons; i < 3; i++) {
            CNumber number = CNumber.unsigned(spec, at, 16);
            char after = number.end() < spec.length() ? spec.charAt(number.end()) : 0;
            if (!number.found(at) || after != (i < 2 ? ':' : '.')) {
                return -1;
            }
            numbers[i] = number.value() & 0xFFFF_FFFFL;
            at = number.end() + 1;
        }
        if (numbers[0] > 0xFFFF || numbers[1] > 0xFF || numbers[2] > 0x1F) {
            return -1;
        }
        return function(spec, at, numbers);
    }

    private int function(String spec, int at, long[] numbers) {
        boolean all = at < spec.length() && spec.charAt(at) == '*';
        CNumber number = CNumber.unsigned(spec, at, 16);
        long function = all ? 0 : number.value() & 0xFFFF_FFFFL;
        if (!all && (!number.found(at) || function > 7)) {
            return -1;
        }
        in.tree.put(path + "/vfunc_mask", all ? ALL_FUNCTIONS : 1);
        in.tree.put(path + "/domain", numbers[0]);
        in.tree.put(path + "/bus", numbers[1]);
        in.tree.put(path + "/dev", numbers[2]);
        in.tree.put(path + "/func", function);
        return all ? at + 1 : number.end();
    }

    private int slot(String spec, int at) {
        CNumber number = CNumber.unsigned(spec, at, 16);
        long slot = number.value() & 0xFFFF_FFFFL;
        if (!number.found(at) || slot > 0x1F) {
            return -1;
        }
        in.tree.put(path + "/vdevfn", slot << 3);
        return number.end();
    }
}
