package dev.jxl.config.xl;

import dev.jxl.config.XenVersion;
import java.util.Map;
import java.util.Set;

/**
 * Reads one entry of {@code disk = [ … ]}: positional (target, format, vdev, access), key=value, and the old prefixes
 * ({@code phy:…}).
 *
 * @source tools/libs/util/libxlu_disk_l.l; libxlu_disk.c: xlu_disk_parse
 */
final class XlDisk {
    private static final Set<String> OLD_FORMATS = Set.of("raw", "qcow", "qcow2", "vhd");
    private static final Set<String> OLD_SCRIPTS = Set.of("iscsi", "nbd", "enbd", "drbd");
    private static final Set<String> OLD_NOTHING = Set.of("tapdisk", "tap", "tap2", "aio", "ioemu", "file", "phy");
    private static final Map<String, String> TEXTS = Map.of(
            "backend", "backend_domname",
            "script", "script",
            "colo-host", "colo_host",
            "colo-export", "colo_export",
            "active-disk", "active_disk",
            "hidden-disk", "hidden_disk");

    private final XlSource in;
    private final XlValue.Text entry;
    private final String spec;
    private final String field;
    private final String path;
    private int at;
    private boolean wrong;
    private boolean oldPrefix;
    private boolean accessSeen;

    private XlDisk(XlSource in, XlValue.Text entry, String field) {
        this.in = in;
        this.entry = entry;
        this.spec = entry.text();
        this.field = field;
        this.path = in.tree.add("disks") + "/";
        in.mark(path.substring(0, path.length() - 1), field, entry.place());
    }

    static void readAll(XlSource in) {
        int index = 0;
        for (XlValue.Text entry : in.texts("disk")) {
            XlDisk disk = new XlDisk(in, entry, "disk[" + index++ + "]");
            disk.in.tree.put(disk.path + "readwrite", 1);
            disk.read();
            disk.finish();
        }
    }

    private void read() {
        while (!wrong) {
            while (at < spec.length() && " \t\n".indexOf(spec.charAt(at)) >= 0) {
                at++;
            }
            if (at >= spec.length()) {
                return;
            }
            if (!takeOldPrefix()) {
                takeParameter();
            }
        }
    }

    /** {@code phy:}, {@code qcow2:}, {@code nbd:}… in front of a target. */
    private boolean takeOldPrefix() {
        int end = at;
        while (end < spec.length() && isLowerOrDigit(spec.charAt(end))) {
            end++;
        }
        boolean prefix =
                end > at && end < spec.length() && spec.charAt(end) == ':' && !Character.isDigit(spec.charAt(at));
        if (!prefix) {
            return false;
        }
        String word = spec.substring(at, end);
        if (OLD_FORMATS.contains(word)) {
            takeFormat(word, at);
        } else if (OLD_SCRIPTS.contains(word)) {
            once("script", "script", "block-" + word, at);
        } else if (!OLD_NOTHING.contains(word)) {
            boolean deviceType = end + 1 < spec.length() && isLowerOrDigit(spec.charAt(end + 1));
            if (!deviceType) {
                error(at, "'" + word + ":' is not a known prefix of a target");
            }
            return !deviceType;
        }
        oldPrefix = true;
        at = end + 1;
        return true;
    }

    private static boolean isLowerOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    private void takeParameter() {
        int start = at;
        if (spec.startsWith("target=", at)) {
            at = spec.length();
            String rest = spec.substring(start + "target=".length());
            once("target", "pdev_path", rest.endsWith(",") ? rest.substring(0, rest.length() - 1) : rest, start);
            return;
        }
        int comma = spec.indexOf(',', at);
        int end = comma < 0 ? spec.length() : comma;
        at = comma < 0 ? end : end + 1;
        String parameter = spec.substring(start, end);
        int equals = parameter.indexOf('=');
        if (equals >= 0) {
            keyed(parameter.substring(0, equals), parameter.substring(equals + 1), start);
        } else if (!flag(parameter)) {
            positional(parameter, start);
        }
    }

    private boolean flag(String word) {
        switch (word) {
            case "cdrom" -> put("is_cdrom", 1);
            case "direct-io-safe" -> put("direct_io_safe", 1);
            case "discard", "no-discard" -> putFlag("discard_enable", word.equals("discard"));
            case "trusted", "untrusted" -> {
                // the lexer that came with earlier versions was made before these words
                if (!in.since(XenVersion.V4_19)) {
                    return false;
                }
                putFlag("trusted", word.equals("trusted"));
            }
            case "colo", "no-colo" -> putFlag("colo_enable", word.equals("colo"));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void keyed(String key, String value, int start) {
        int valueAt = start + key.length() + 1;
        switch (key) {
            case "format" -> takeFormat(value, valueAt);
            case "vdev" -> takeVdev(value, valueAt);
            case "access" -> takeAccess(value, valueAt);
            case "devtype" -> takeDeviceType(value, valueAt);
            case "backendtype" -> word("backendtype", "backend", "disk_backend", value, valueAt);
            case "specification" -> word("specification", "specification", "disk_specification", value, valueAt);
            case "colo-port" -> coloPort(value, valueAt);
            case "grant_usage" -> grantUsage(value, start);
            default -> {
                if (TEXTS.containsKey(key)) {
                    once(key, TEXTS.get(key), value, valueAt);
                } else {
                    error(start, "'" + Quoting.cut(key) + "' is not a parameter of a disk");
                }
            }
        }
    }

    private void coloPort(String value, int where) {
        int port = CNumber.integer(value);
        if (port == 0) {
            error(where, "colo-port '" + Quoting.cut(value) + "' is not a port");
        }
        put("colo_port", port);
    }

    private void grantUsage(String value, int where) {
        if (!in.since(XenVersion.V4_19) || !(value.equals("0") || value.equals("1"))) {
            error(where, "grant_usage is 0 or 1, since Xen 4.19");
        }
        putFlag("grant_usage", value.equals("1"));
    }

    private void positional(String word, int start) {
        if (!has("pdev_path")) {
            in.tree.put(path + "pdev_path", word);
        } else if (!oldPrefix && !has("format")) {
            boolean empty = in.tree.get(path + "pdev_path").textValue().isEmpty();
            if (empty && vdevWithType(word, start)) {
                in.tree.put(path + "format", "empty");
            } else {
                takeFormat(word, start);
            }
        } else if (!has("vdev")) {
            if (!vdevWithType(word, start)) {
                takeVdev(word, start);
            }
        } else if (!accessSeen) {
            accessSeen = true;
            takeAccess(word, start);
        } else {
            error(start, "'" + Quoting.cut(word) + "' is one too many: target, format, vdev and access were there");
        }
    }

    /** {@code hdc:cdrom}: the old way to say the type. */
    private boolean vdevWithType(String word, int start) {
        int colon = word.lastIndexOf(':');
        if (colon < 0) {
            return false;
        }
        takeVdev(word.substring(0, colon), start);
        takeDeviceType(word.substring(colon + 1), start + colon + 1);
        return true;
    }

    private void takeFormat(String word, int where) {
        if (Set.of("", "raw", "qcow", "qcow2", "vhd", "qed", "empty").contains(word)) {
            word("format", "format", "disk_format", word.isEmpty() ? "raw" : word, where);
        } else {
            error(where, "'" + Quoting.cut(word) + "' is not a format: raw, qcow, qcow2, vhd, qed or empty");
        }
    }

    private void takeVdev(String word, int where) {
        once("vdev", "vdev", word, where);
        in.mark(path + "vdev", field, place(where));
    }

    private void takeAccess(String word, int where) {
        switch (word) {
            case "r", "ro" -> put("readwrite", 0);
            case "w", "rw", "" -> put("readwrite", 1);
            default -> error(where, "'" + Quoting.cut(word) + "' is not an access: r, ro, w or rw");
        }
    }

    private void takeDeviceType(String word, int where) {
        switch (word) {
            case "cdrom" -> put("is_cdrom", 1);
            case "disk" -> put("is_cdrom", 0);
            default -> error(where, "'" + Quoting.cut(word) + "' is not a type of disk: disk or cdrom");
        }
    }

    /** A word, in lower case only here; not two different ones. */
    private void word(String what, String name, String type, String word, int where) {
        boolean known = in.tree.listWords(type).contains(word) && !word.equals("unknown");
        String before = in.tree.get(path + name).asText(word);
        if (!known) {
            error(where, "'" + Quoting.cut(word) + "' is not a " + what);
        } else if (!before.equals(word)) {
            error(where, "the " + what + " is given twice: " + before + " and " + word);
        } else {
            in.tree.put(path + name, word);
        }
    }

    private void once(String what, String name, String value, int where) {
        if (!in.tree.get(path + name).asText("").isEmpty()) {
            error(where, "the " + what + " is given twice");
            return;
        }
        in.tree.put(path + name, value);
    }

    private void finish() {
        if (wrong) {
            return;
        }
        if (!has("format")) {
            in.tree.put(path + "format", "raw");
        }
        boolean cdrom = in.tree.get(path + "is_cdrom").intValue() != 0;
        if (cdrom) {
            put("removable", 1);
            put("readwrite", 0);
            if (in.tree.get(path + "pdev_path").asText("").isEmpty()) {
                in.tree.put(path + "format", "empty");
            }
        }
        if (!has("vdev")) {
            error(0, "no vdev (the disk's name in the guest, e.g. xvda)");
        } else if (!has("pdev_path") && !cdrom) {
            error(0, "no target (the file or block device)");
        }
    }

    private boolean has(String name) {
        return in.tree.has(path + name);
    }

    private void put(String name, long number) {
        in.tree.put(path + name, number);
    }

    private void putFlag(String name, boolean flag) {
        in.tree.putFlag(path + name, flag);
    }

    private XlPlace place(int offset) {
        return entry.placeOf(Math.min(offset, spec.length()));
    }

    private void error(int offset, String message) {
        wrong = true;
        in.problems.error(place(offset), field, message);
    }
}
