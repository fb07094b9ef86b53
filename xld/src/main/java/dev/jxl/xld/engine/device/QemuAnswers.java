package dev.jxl.xld.engine.device;

import dev.jxl.xld.api.ToolstackException.DeviceModelFailed;
import dev.jxl.xld.host.Printable;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What QEMU answers, read as a stranger's words: a guest may have taken its device model over. What becomes a path or an address in
 * dom0 must look like one that QEMU can have made.
 */
final class QemuAnswers {
    private static final Pattern SERIAL = Pattern.compile("serial([0-9]{1,2})");
    private static final Pattern TERMINAL = Pattern.compile("pty:(/dev/pts/[0-9]{1,7})");
    private static final Pattern HOST = Pattern.compile("[0-9A-Za-z.:_-]{1,255}");
    private static final int MOST_CHARDEVS = 1000;
    private static final int MOST_CHILDREN = 10000;
    private static final int MOST_BUSES = 256;
    private static final int MOST_FUNCTIONS = 256;
    private static final int MOST_SLOT = 31;
    private static final int MOST_FUNCTION = 7;
    private static final int FUNCTION_BITS = 3;
    private static final int MOST_TEXT = 1 << 20;

    private QemuAnswers() {}

    /** Where a screen can be seen. */
    record Vnc(String host, int port) {}

    /** The answer to {@code query-chardev}: the terminals of serial ports, by port. */
    static Map<Integer, String> terminals(Object answer) {
        if (!(answer instanceof List<?> devices) || devices.size() > MOST_CHARDEVS) {
            throw strange("query-chardev");
        }
        Map<Integer, String> out = new TreeMap<>();
        for (Object each : devices) {
            if (!(each instanceof Map<?, ?> device)) {
                throw strange("query-chardev");
            }
            Matcher label = SERIAL.matcher(text(device, "label"));
            Matcher file = TERMINAL.matcher(text(device, "filename"));
            if (label.matches() && file.matches()) {
                out.put(Integer.parseInt(label.group(1)), file.group(1));
            }
        }
        return out;
    }

    /** The answer to {@code query-vnc}. */
    static Optional<Vnc> vnc(Object answer) {
        if (!(answer instanceof Map<?, ?> vnc)) {
            throw strange("query-vnc");
        }
        if (!Boolean.TRUE.equals(vnc.get("enabled"))) {
            return Optional.empty();
        }
        String host = text(vnc, "host");
        String port = text(vnc, "service");
        if (!HOST.matcher(host).matches() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65535) {
            throw strange("query-vnc");
        }
        return Optional.of(new Vnc(host, Integer.parseInt(port)));
    }

    /**
     * The answer to {@code query-pci}: where the guest sees a device, slot and function in one number.
     *
     * @param id the device's name in QEMU
     * @return empty when QEMU does not list it
     */
    static OptionalInt place(Object answer, String id) {
        if (!(answer instanceof List<?> buses) || buses.size() > MOST_BUSES) {
            throw strange("query-pci");
        }
        for (Object bus : buses) {
            if (!(bus instanceof Map<?, ?> map)
                    || !(map.get("devices") instanceof List<?> devices)
                    || devices.size() > MOST_FUNCTIONS) {
                throw strange("query-pci");
            }
            for (Object each : devices) {
                if (each instanceof Map<?, ?> device && text(device, "qdev_id").equals(id)) {
                    return OptionalInt.of(number(device, "slot", MOST_SLOT) << FUNCTION_BITS
                            | number(device, "function", MOST_FUNCTION));
                }
            }
        }
        return OptionalInt.empty();
    }

    /** The answer to {@code qom-list}: the names of what there is. */
    static Set<String> children(Object answer) {
        if (!(answer instanceof List<?> all) || all.size() > MOST_CHILDREN) {
            throw strange("qom-list");
        }
        Set<String> names = new HashSet<>();
        for (Object each : all) {
            if (!(each instanceof Map<?, ?> child)) {
                throw strange("qom-list");
            }
            names.add(text(child, "name"));
        }
        return names;
    }

    private static int number(Map<?, ?> device, String key, int most) {
        if (device.get(key) instanceof Number n && n.longValue() >= 0 && n.longValue() <= most) {
            return n.intValue();
        }
        throw strange("query-pci");
    }

    /** The answer to {@code human-monitor-command}, fit to be shown. */
    static String monitorText(Object answer) {
        if (!(answer instanceof String text) || text.length() > MOST_TEXT) {
            throw strange("human-monitor-command");
        }
        return Printable.lines(text.replace("\r", ""));
    }

    private static String text(Map<?, ?> map, String key) {
        return map.get(key) instanceof String text ? text : "";
    }

    private static DeviceModelFailed strange(String command) {
        return new DeviceModelFailed(
                "understanding the device model",
                "its answer to '" + command + "' is not what QEMU answers: it is broken, or a guest has taken it over",
                null);
    }
}
