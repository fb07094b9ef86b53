package dev.jxl.config.xl;

import dev.jxl.config.NicSpec.RateLimit;
import dev.jxl.config.XenVersion;
import dev.jxl.config.xl.Tokens.Token;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads one entry of {@code vif = [ … ]}: key=value, separated by commas. xl drops what it does not understand, except for
 * a rate or a number.
 *
 * @source tools/xl/xl_parse.c: parse_nic_config
 */
final class XlVif {
    private static final Map<String, String> TEXTS = Map.of(
            "bridge", "bridge",
            "netdev", "gatewaydev",
            "gatewaydev", "gatewaydev",
            "ip", "ip",
            "script", "script",
            "backend", "backend_domname",
            "vifname", "ifname",
            "model", "model",
            "forwarddev", "coloft_forwarddev");
    private static final int MAC_BYTES = 6;

    private final XlSource in;
    private final XlValue.Text entry;
    private final String field;
    private final String path;

    private XlVif(XlSource in, XlValue.Text entry, int index) {
        this.in = in;
        this.entry = entry;
        this.field = "vif[" + index + "]";
        this.path = in.tree.add("nics") + "/";
        in.mark("nics/" + index, field, entry.place());
        in.tree.put(path + "devid", index);
    }

    static void readAll(XlSource in) {
        List<XlValue.Text> entries = in.texts("vif");
        for (int i = 0; i < entries.size(); i++) {
            XlVif vif = new XlVif(in, entries.get(i), i);
            for (Token token : Tokens.split(entries.get(i), ',')) {
                vif.parameter(token);
            }
        }
    }

    private void parameter(Token token) {
        int equals = token.text().indexOf('=');
        if (equals >= 0) {
            String key = token.text().substring(0, equals);
            keyed(token, key, token.text().substring(equals + 1), token.place().plusColumns(equals + 1));
        } else if (token.text().equals("trusted") || token.text().equals("untrusted")) {
            in.tree.putFlag(path + "trusted", token.text().equals("trusted"));
        } else {
            unknown(token, token.text());
        }
    }

    private void keyed(Token token, String key, String value, XlPlace place) {
        switch (key) {
            case "type" -> takeType(value, place);
            case "mac" -> takeMac(token.at() + "mac=".length(), value, place);
            case "rate" -> takeRate(value, place);
            case "devid", "mtu" -> takeNumber(key, value, place);
            case "accel" -> in.problems.warning(token.place(), field, "accel is ignored, as xl does");
            default -> takeText(token, key, value, place);
        }
    }

    private void takeText(Token token, String key, String value, XlPlace place) {
        if (key.equals("netdev")) {
            in.problems.warning(token.place(), field, "netdev is the old name of gatewaydev");
        }
        String name = TEXTS.getOrDefault(key, key);
        boolean known = TEXTS.containsKey(key)
                || (key.equals("vlan") && in.since(XenVersion.V4_19))
                || (key.startsWith("colo_") && in.tree.isField("device_nic", key));
        if (!known) {
            unknown(token, key);
            return;
        }
        in.tree.put(path + name, value);
        in.mark(path + name, field, place);
    }

    private void unknown(Token token, String word) {
        in.problems.warning(
                token.place(), field, "'" + Quoting.cut(word) + "' is not a parameter of a vif; ignored, as xl does");
    }

    private void takeType(String value, XlPlace place) {
        switch (value) {
            case "vif" -> in.tree.put(path + "nictype", "vif");
            case "ioemu" -> {
                in.tree.put(path + "nictype", "vif_ioemu");
                in.mark(path + "nictype", field, place);
            }
            default ->
                in.problems.ignored(place, field, "'" + Quoting.cut(value) + "' is not a type of vif: vif or ioemu");
        }
    }

    /**
     * Six hexadecimal numbers up to ff, with any character between them. xl reads on behind the token's end when there
     * are fewer, and keeps the bytes that it got.
     */
    private void takeMac(int from, String value, XlPlace place) {
        int end = from + value.length();
        String text = entry.text();
        StringBuilder cut = new StringBuilder(text);
        if (end < text.length()) {
            cut.setCharAt(end, (char) 0);
        }
        int[] bytes = previousMac();
        int at = from;
        int read = 0;
        while (read < MAC_BYTES && at <= cut.length()) {
            CNumber number = CNumber.unsigned(cut.toString(), at, 16);
            if (!number.found(at) || (number.value() & 0xFFFF_FFFFL) > 255) {
                break;
            }
            bytes[read++] = (int) number.value();
            at = number.end() + 1;
        }
        boolean right = read == MAC_BYTES && at == end + 1;
        if (!right) {
            in.problems.ignored(
                    place,
                    field,
                    "'" + Quoting.cut(value)
                            + "' is not a MAC address (six hexadecimal bytes, e.g. 00:16:3e:12:34:56)");
        }
        StringBuilder mac = new StringBuilder();
        boolean any = false;
        for (int b : bytes) {
            mac.append(mac.isEmpty() ? "" : ":").append(String.format(Locale.ROOT, "%02x", b));
            any |= b != 0;
        }
        if (any) {
            in.tree.put(path + "mac", mac.toString());
            in.mark(path + "mac", field, place);
        } else {
            in.tree.remove(path + "mac");
        }
    }

    private int[] previousMac() {
        int[] bytes = new int[MAC_BYTES];
        String before = in.tree.get(path + "mac").asText("");
        for (int i = 0; i < MAC_BYTES && !before.isEmpty(); i++) {
            bytes[i] = Integer.parseInt(before.substring(i * 3, i * 3 + 2), 16);
        }
        return bytes;
    }

    private void takeRate(String value, XlPlace place) {
        switch (XlRate.read(value)) {
            case XlRate.Limit(RateLimit limit) -> {
                in.tree.put(path + "rate_bytes_per_interval", limit.bytesPerInterval());
                in.tree.put(path + "rate_interval_usecs", limit.intervalMicros());
                if (limit.bytesPerInterval() == 0) {
                    in.problems.ignored(
                            place,
                            field,
                            "rate '" + Quoting.cut(value)
                                    + "': less than one byte in each interval: xl does not limit at all then");
                }
            }
            case XlRate.Wrong(String why) ->
                in.problems.error(place, field, "rate '" + Quoting.cut(value) + "': " + why);
        }
    }

    private void takeNumber(String key, String value, XlPlace place) {
        CNumber number = CNumber.unsigned(value, 0, 10);
        if (!number.found(0) || number.value() == -1) {
            in.problems.error(place, field, key + " '" + Quoting.cut(value) + "' is not a number");
            return;
        }
        if (number.end() < value.length()) {
            in.problems.ignored(place, field, key + " '" + Quoting.cut(value) + "' has more than a number");
        }
        in.tree.put(path + key, number.value());
        in.mark(path + key, field, place);
    }
}
