package dev.jxl.config.xl;

import dev.jxl.config.xl.XlCpus.Span;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * One entry after the other of {@code vnuma}.
 *
 * @source tools/xl/xl_parse.c: parse_vnuma_config
 */
final class XlVnuma {
    /** A vCPU's number beyond is nobody's. */
    private static final int MOST = 65_536;

    private final XlSource in;
    private final int count;
    private final int bits;
    private long vcpus;
    private long kib;

    XlVnuma(XlSource in, int count, int maxVcpus) {
        this.in = in;
        this.count = count;
        this.bits = ((maxVcpus == 0 ? in.host.count() : Math.max(0, maxVcpus)) + 7) / 8 * 8;
    }

    long vcpus() {
        return vcpus;
    }

    long kib() {
        return kib;
    }

    void node(XlValue value) {
        String path = in.tree.add("b_info/vnuma_nodes");
        in.mark(path, "vnuma", value.place());
        if (!(value instanceof XlValue.Items options)) {
            in.problems.error(value.place(), "vnuma", "each entry must be a list of texts: [ \"pnode=0\", … ]");
            return;
        }
        BitSet cpus = new BitSet();
        List<Long> distances = new ArrayList<>(Collections.nCopies(count, 0L));
        for (XlValue item : options.items()) {
            if (item instanceof XlValue.Text text) {
                option(text, path, cpus, distances);
            } else {
                in.problems.ignored(item.place(), "vnuma", "is not a text; xl takes it for nothing");
            }
        }
        in.tree.putNumbers(path + "/distances", distances);
        in.tree.putNumbers(path + "/vcpus", cpus.stream().boxed().toList());
    }

    private void option(XlValue.Text text, String path, BitSet cpus, List<Long> distances) {
        Optional<Tokens.Pair> pair = Tokens.pair(text.text(), '=', true, in.version());
        if (pair.isEmpty()) {
            in.problems.error(text.place(), "vnuma", "'" + Quoting.cut(text.text()) + "' is not KEY=VALUE");
            return;
        }
        String value = pair.get().value();
        switch (pair.get().key()) {
            case "pnode" -> pnode(value, text, path);
            case "size" ->
                number(value, text).ifPresent(mib -> {
                    in.tree.put(path + "/memkb", mib << 10);
                    kib += mib << 10;
                });
            case "vcpus" -> ranges(value, text, cpus);
            case "vdistances" -> distances(value, text, distances);
            default -> in.problems.ignored(text.place(), "vnuma", "'" + Quoting.cut(text.text()) + "' is not known");
        }
    }

    private void pnode(String value, XlValue.Text text, String path) {
        number(value, text).ifPresent(node -> {
            if (Long.compareUnsigned(node, in.host.nodeCount()) >= 0) {
                in.problems.error(text.place(), "vnuma", "pnode " + node + " is not a NUMA node of this host");
            }
            in.tree.put(path + "/pnode", node);
            in.tree.putFlag("b_info/numa_placement", false);
        });
    }

    private Optional<Long> number(String value, XlValue.Text text) {
        CNumber number = CNumber.unsigned(value, 0, 10);
        if (!number.found(0) || number.value() == -1) {
            in.problems.error(text.place(), "vnuma", "'" + Quoting.cut(value) + "' is not a number");
            return Optional.empty();
        }
        return Optional.of(number.value());
    }

    private void ranges(String value, XlValue.Text text, BitSet cpus) {
        List<String> parts = Tokens.words(value, ",");
        if (parts.isEmpty()) {
            in.problems.error(text.place(), "vnuma", "vcpus is empty");
        }
        for (String part : parts) {
            Span span = Span.parse(part).orElseGet(() -> {
                in.problems.ignored(text.place(), "vnuma", "'" + Quoting.cut(part) + "' is not a range of vCPUs");
                return halfRead(part);
            });
            if (span.first() < 0 || span.last() - span.first() > MOST || vcpus > MOST) {
                in.problems.error(text.place(), "vnuma", "'" + Quoting.cut(part) + "' has too many vCPUs");
                return;
            }
            for (long cpu = span.first(); cpu <= span.last(); cpu++) {
                vcpus++;
                if (cpu < bits) {
                    cpus.set((int) cpu);
                }
            }
        }
    }

    /** What xl goes on with: it does not look whether a range could be read. */
    private static Span halfRead(String part) {
        CNumber first = CNumber.unsigned(part, 0, 10);
        int dash = first.end();
        if (first.found(0) && dash < part.length() && part.charAt(dash) == '-') {
            CNumber last = CNumber.unsigned(part, dash + 1, 10);
            return new Span(first.value(), last.value());
        }
        return new Span(first.value(), first.value());
    }

    private void distances(String value, XlValue.Text text, List<Long> distances) {
        List<String> parts = Tokens.words(value, ",");
        if (parts.isEmpty() || parts.size() > count) {
            in.problems.error(text.place(), "vnuma", "vdistances needs a number for each of the " + count + " nodes");
            return;
        }
        for (int i = 0; i < parts.size(); i++) {
            int index = i;
            number(parts.get(i), text).ifPresent(distance -> distances.set(index, distance));
        }
    }
}
