package dev.jxl.config.xl;

import dev.jxl.config.GuestType;
import dev.jxl.config.MacAddress;
import dev.jxl.config.NicSpec;
import dev.jxl.config.NicSpec.RateLimit;
import dev.jxl.config.SpecRules;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;

/**
 * Reads one entry of {@code vif = [ … ]}: key=value, separated by commas.
 *
 * @source tools/xl/xl_parse.c: parse_nic_config
 */
final class XlVif {
    private final XlValue.Text entry;
    private final String field;
    private final GuestType type;
    private final XlProblems problems;
    private final Map<String, String> texts = new HashMap<>();
    private Optional<MacAddress> mac = Optional.empty();
    private Optional<RateLimit> rate = Optional.empty();
    private Optional<Integer> devid = Optional.empty();
    private Optional<Integer> mtu = Optional.empty();
    private boolean ioemu;
    private boolean trusted = true;
    private boolean wrong;

    private XlVif(XlValue.Text entry, String field, GuestType type, XlProblems problems) {
        this.entry = entry;
        this.field = field;
        this.type = type;
        this.problems = problems;
    }

    /** The card; empty when something is wrong with it, which has then been told. */
    static Optional<NicSpec> read(XlValue.Text entry, String field, GuestType type, XlProblems problems) {
        XlVif reader = new XlVif(entry, field, type, problems);
        reader.readAll();
        return reader.wrong ? Optional.empty() : Optional.of(reader.nic());
    }

    private void readAll() {
        String spec = entry.text();
        int at = 0;
        while (at < spec.length()) {
            int comma = spec.indexOf(',', at);
            int end = comma < 0 ? spec.length() : comma;
            while (at < end && spec.charAt(at) == ' ') {
                at++;
            }
            if (at < end) {
                parameter(spec.substring(at, end), at);
            }
            at = end + 1;
        }
    }

    private void parameter(String parameter, int start) {
        int equals = parameter.indexOf('=');
        if (equals >= 0) {
            keyed(parameter.substring(0, equals), parameter.substring(equals + 1), start);
        } else if (parameter.equals("trusted") || parameter.equals("untrusted")) {
            trusted = parameter.equals("trusted");
        } else {
            warning(start, "'" + Quoting.cut(parameter) + "' is not a parameter of a vif; ignored, as xl does");
        }
    }

    private void keyed(String key, String value, int start) {
        int valueAt = start + key.length() + 1;
        switch (key) {
            case "type" -> takeType(value, valueAt);
            case "mac" -> takeMac(value, valueAt);
            case "bridge", "ip", "script", "backend", "model", "vlan", "gatewaydev" -> texts.put(key, value);
            case "netdev" -> {
                warning(start, "netdev is the old name of gatewaydev");
                texts.put("gatewaydev", value);
            }
            case "vifname" -> takeVifname(value, valueAt);
            case "rate" -> takeRate(value, valueAt);
            case "devid" -> devid = takeNumber(key, value, valueAt, 0, 65535);
            case "mtu" -> mtu = takeNumber(key, value, valueAt, 68, 65535);
            case "accel" -> warning(start, "accel is ignored, as xl does");
            default -> unknown(key, start);
        }
    }

    private void unknown(String key, int start) {
        if (key.startsWith("colo") || key.equals("forwarddev")) {
            error(start, "'" + Quoting.cut(key) + "': COLO replication is not supported");
        } else {
            warning(start, "'" + Quoting.cut(key) + "' is not a parameter of a vif; ignored, as xl does");
        }
    }

    private void takeType(String value, int where) {
        switch (value) {
            case "vif" -> ioemu = false;
            case "ioemu" -> {
                ioemu = true;
                if (type != GuestType.HVM) {
                    error(where, "an emulated card (type=ioemu) is possible only with type=\"hvm\"");
                }
            }
            default -> error(where, "'" + Quoting.cut(value) + "' is not a type of vif: vif or ioemu");
        }
    }

    /** Six hexadecimal numbers up to ff; leading zeroes may be missing. */
    private void takeMac(String value, int where) {
        StringJoiner bytes = new StringJoiner(":");
        for (String part : value.split("[:-]", 8)) {
            OptionalLong number = part.length() > 2 ? OptionalLong.empty() : XlNumber.digits(part, 16);
            bytes.add(number.isPresent() ? String.format(Locale.ROOT, "%02x", number.getAsLong()) : "?");
        }
        try {
            mac = Optional.of(new MacAddress(bytes.toString()));
        } catch (IllegalArgumentException notOne) {
            boolean multicast = !bytes.toString().contains("?") && bytes.length() == 17;
            error(
                    where,
                    "'" + Quoting.cut(value)
                            + (multicast
                                    ? "' is a multicast address: the first byte must be even"
                                    : "' is not a MAC address (six hexadecimal bytes, e.g. 00:16:3e:12:34:56)"));
        }
    }

    private void takeVifname(String value, int where) {
        texts.put("vifname", value);
        SpecRules.findInterfaceNameProblem(value).ifPresent(why -> error(where, "'" + Quoting.cut(value) + "' " + why));
    }

    private void takeRate(String value, int where) {
        switch (XlRate.read(value)) {
            case XlRate.Limit(RateLimit limit) -> rate = Optional.of(limit);
            case XlRate.Wrong(String why) -> error(where, "rate '" + Quoting.cut(value) + "': " + why);
        }
    }

    private Optional<Integer> takeNumber(String key, String value, int where, int least, int most) {
        OptionalLong number = XlNumber.digits(value, 10);
        if (number.isEmpty() || number.getAsLong() < least || number.getAsLong() > most) {
            error(where, key + " '" + Quoting.cut(value) + "' is not a number from " + least + " to " + most);
            return Optional.empty();
        }
        return Optional.of((int) number.getAsLong());
    }

    private NicSpec nic() {
        return new NicSpec(
                mac,
                text("bridge"),
                text("model"),
                ioemu,
                text("vifname"),
                text("script"),
                text("ip"),
                text("backend"),
                text("gatewaydev"),
                rate,
                devid,
                mtu,
                text("vlan"),
                trusted);
    }

    private Optional<String> text(String key) {
        return Optional.ofNullable(texts.get(key)).filter(t -> !t.isEmpty());
    }

    private void error(int offset, String message) {
        wrong = true;
        problems.error(entry.placeOf(offset), field, message);
    }

    private void warning(int offset, String message) {
        problems.warning(entry.placeOf(offset), field, message);
    }
}
