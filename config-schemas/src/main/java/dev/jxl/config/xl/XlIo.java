package dev.jxl.config.xl;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Resources of the host: ports, interrupts, memory, parts of the cache, device-tree nodes.
 *
 * @source tools/xl/xl_parse.c: parse_config_data
 */
final class XlIo {
    private static final long UINT32 = 0xFFFF_FFFFL;

    /** More colors than any cache has. */
    private static final long MOST_COLORS = 65_536;

    private final XlSource in;

    XlIo(XlSource in) {
        this.in = in;
    }

    void read() {
        in.allTexts("ioports", false).ifPresent(ports -> ports.forEach(this::ports));
        in.allTexts("irqs", false).ifPresent(this::irqs);
        in.allTexts("iomem", false).ifPresent(ranges -> ranges.forEach(this::memory));
        if (in.since(dev.jxl.config.XenVersion.V4_20)) {
            in.allTexts("llc_colors", false).ifPresent(this::colors);
        }
        for (XlValue.Text path : in.texts("dtdev")) {
            in.tree.put(in.tree.add("dtdevs") + "/path", path.text());
        }
    }

    private void wrong(XlValue.Text text, String key, String form) {
        in.problems.error(text.place(), key, "'" + Quoting.cut(text.text()) + "' is not " + form);
    }

    private void ports(XlValue.Text text) {
        String spec = text.text();
        CNumber first = CNumber.unsigned(spec, 0, 16);
        long last = first.value();
        int end = first.end();
        boolean right = first.found(0) && Long.compareUnsigned(first.value(), UINT32) < 0;
        if (right && end < spec.length() && spec.charAt(end) == '-') {
            CNumber second = CNumber.unsigned(spec, end + 1, 16);
            right = second.found(end + 1)
                    && second.end() == spec.length()
                    && Long.compareUnsigned(second.value(), UINT32) < 0;
            last = second.value();
        } else if (right && end < spec.length()) {
            in.problems.ignored(text.place(), "ioports", "'" + Quoting.cut(spec) + "' has more than a number");
        }
        if (!right) {
            wrong(text, "ioports", "a port or a range of ports in hexadecimal (e.g. 2f8-2ff)");
            return;
        }
        if (last < first.value()) {
            in.problems.ignored(text.place(), "ioports", "'" + Quoting.cut(spec) + "' ends before it starts");
        }
        String path = in.tree.add("b_info/ioports");
        in.mark(path, "ioports", text.place());
        in.tree.put(path + "/first", first.value());
        in.tree.put(path + "/number", last - first.value() + 1);
    }

    private void irqs(List<XlValue.Text> texts) {
        List<Long> irqs = new ArrayList<>();
        for (XlValue.Text text : texts) {
            CNumber number = CNumber.unsigned(text.text(), 0, 10);
            boolean right = number.found(0)
                    && number.end() == text.text().length()
                    && Long.compareUnsigned(number.value(), UINT32) < 0;
            if (right) {
                irqs.add(number.value());
            } else {
                wrong(text, "irqs", "an interrupt's number");
            }
        }
        in.tree.putNumbers("b_info/irqs", irqs);
        in.mark("b_info/irqs", "irqs", in.placeOf("irqs"));
    }

    /** {@code START,COUNT[@GFN]}, in hexadecimal. */
    private void memory(XlValue.Text text) {
        String spec = text.text();
        CNumber start = CNumber.unsigned(spec, 0, 16);
        int comma = start.end();
        boolean right = start.found(0) && comma < spec.length() && spec.charAt(comma) == ',';
        CNumber count = right ? CNumber.unsigned(spec, comma + 1, 16) : start;
        right &= count.found(comma + 1);
        Optional<CNumber> guest = Optional.empty();
        int end = count.end();
        if (right && end < spec.length() && spec.charAt(end) == '@') {
            guest = Optional.of(CNumber.unsigned(spec, end + 1, 16)).filter(n -> n.found(count.end() + 1));
            end = guest.map(CNumber::end).orElse(end);
        }
        if (!right || end != spec.length()) {
            wrong(text, "iomem", "a range of pages: START,COUNT[@GFN], in hexadecimal");
            return;
        }
        String path = in.tree.add("b_info/iomem");
        in.mark(path, "iomem", text.place());
        in.tree.put(path + "/start", start.value());
        in.tree.put(path + "/number", count.value());
        guest.ifPresent(gfn -> in.tree.put(path + "/gfn", gfn.value()));
    }

    private void colors(List<XlValue.Text> texts) {
        ArrayNode colors = JsonNodeFactory.instance.arrayNode();
        for (XlValue.Text text : texts) {
            String spec = text.text();
            CNumber first = CNumber.unsigned(spec, 0, 10);
            long from = first.value() & UINT32;
            long to = from;
            int dash = first.end();
            if (first.found(0) && dash < spec.length() && spec.charAt(dash) == '-') {
                CNumber last = CNumber.unsigned(spec, dash + 1, 10);
                to = last.found(dash + 1) ? last.value() & UINT32 : from;
            }
            if (!first.found(0) || from > to || to - from > MOST_COLORS || colors.size() > MOST_COLORS) {
                wrong(text, "llc_colors", "a color or a range of colors");
                continue;
            }
            for (long color = from; color <= to; color++) {
                colors.add(BigInteger.valueOf(color));
            }
        }
        in.tree.put("b_info/llc_colors", colors);
        in.mark("b_info/llc_colors", "llc_colors", in.placeOf("llc_colors"));
    }
}
