package dev.jxl.config.xl;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.jxl.config.XenVersion;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * vCPUs, where they run, and virtual NUMA nodes.
 *
 * @source tools/xl/xl_parse.c: parse_vcpu_affinity, update_cpumap_range, parse_vnuma_config
 */
final class XlCpus {
    /** No guest has more, and each is a line of JSON. */
    private static final int MOST_VCPUS = 32_768;

    /** So many bits of all vCPUs' maps together are a file that nobody means. */
    private static final long MOST_BITS = 4_000_000;

    /** Each range of a set may be all CPUs. */
    private static final int MOST_RANGES = 1000;

    /** A table of distances has the square of it. */
    private static final int MOST_NODES = 1024;

    private final XlSource in;
    private long vcpus;
    private int maxVcpus;

    XlCpus(XlSource in) {
        this.in = in;
    }

    void read() {
        vcpus();
        maxVcpus = (int) in.number("maxvcpus").orElse(0);
        vnuma();
        if (!in.tree.has("b_info/max_memkb") && in.tree.has("b_info/target_memkb")) {
            in.tree.put("b_info/max_memkb", in.tree.get("b_info/target_memkb"));
        }
        if (maxVcpus == 0) {
            maxVcpus = (int) vcpus;
        }
        if (maxVcpus < vcpus) {
            in.problems.error(in.placeOf("maxvcpus"), "maxvcpus", maxVcpus + " is less than vcpus (" + vcpus + ")");
        }
        in.tree.put("b_info/max_vcpus", maxVcpus);
        in.mark("b_info/max_vcpus", in.has("maxvcpus") ? "maxvcpus" : "vcpus", in.placeOf("maxvcpus"));
        affinity("cpus", "b_info/vcpu_hard_affinity");
        affinity("cpus_soft", "b_info/vcpu_soft_affinity");
    }

    private void vcpus() {
        OptionalLong given = in.number("vcpus");
        boolean assumed = in.since(XenVersion.V4_22);
        if (given.isEmpty() && !assumed) {
            return;
        }
        vcpus = given.orElse(1);
        if (assumed && vcpus < 1) {
            vcpus = 1;
        }
        if ((int) vcpus < 0 || vcpus > MOST_VCPUS) {
            in.problems.error(in.placeOf("vcpus"), "vcpus", "'" + vcpus + "' is not a number from 1 to " + MOST_VCPUS);
            vcpus = 1;
        }
        List<Long> online = new ArrayList<>();
        for (long i = 0; i < vcpus; i++) {
            online.add(i);
        }
        in.tree.putNumbers("b_info/avail_vcpus", online);
        in.mark("b_info/avail_vcpus", "vcpus", in.placeOf("vcpus"));
    }

    private void affinity(String key, String path) {
        if (!in.has(key)) {
            return;
        }
        in.mark(path, key, in.placeOf(key));
        ArrayNode maps = JsonNodeFactory.instance.arrayNode();
        Optional<XlValue.Text> one = in.findQuietly(key);
        if (one.isPresent()) {
            BitSet map = cpus(one.get(), key);
            if (maxVcpus > MOST_VCPUS || (long) maxVcpus * map.cardinality() > MOST_BITS) {
                in.problems.error(in.placeOf(key), key, "is more than can be read for " + maxVcpus + " vCPUs");
                return;
            }
            for (int i = 0; i < maxVcpus; i++) {
                addBits(maps, map);
            }
        } else {
            List<XlValue> items = in.listQuietly(key).orElseThrow().items();
            int count = Math.min(items.size(), Math.max(0, maxVcpus));
            long bits = 0;
            for (int i = 0; i < count; i++) {
                if (!(items.get(i) instanceof XlValue.Text text)) {
                    in.problems.error(items.get(i).place(), key, "is a list in the list; each entry is a vCPU's CPUs");
                    return;
                }
                BitSet map = cpus(text, key);
                bits += map.cardinality();
                if (bits > MOST_BITS) {
                    in.problems.error(in.placeOf(key), key, "has too many CPUs");
                    return;
                }
                addBits(maps, map);
            }
        }
        in.tree.put(path, maps);
        if (one.isEmpty() || key.equals("cpus_soft")) {
            in.tree.putFlag("b_info/numa_placement", false);
        }
    }

    private static void addBits(ArrayNode maps, BitSet map) {
        ArrayNode bits = maps.addArray();
        map.stream().forEach(bits::add);
    }

    /** {@code 0-3,^2}, {@code all}, {@code node:1}. */
    private BitSet cpus(XlValue.Text text, String key) {
        BitSet map = new BitSet();
        List<Tokens.Token> tokens = Tokens.split(text, ',', false);
        if (tokens.size() > MOST_RANGES) {
            in.problems.error(text.place(), key, "has more than " + MOST_RANGES + " ranges");
            return map;
        }
        for (Tokens.Token token : tokens) {
            if (!range(token.text(), map)) {
                in.problems.error(
                        token.place(),
                        key,
                        "'" + Quoting.cut(token.text())
                                + "' is not a range of CPUs (e.g. 0-3,^2 or node:1 or all; 'all' cannot be taken away)");
                break;
            }
        }
        return map;
    }

    private boolean range(String range, BitSet map) {
        boolean not = range.startsWith("^");
        String rest = not ? range.substring(1) : range;
        boolean nodes = rest.startsWith("node:") || rest.startsWith("nodes:");
        rest = nodes ? rest.substring(rest.indexOf(':') + 1) : rest;
        if (rest.equals("all")) {
            map.set(0, in.host.bits());
            return !not;
        }
        Optional<Span> span = Span.parse(rest);
        if (span.isEmpty()) {
            return false;
        }
        int end = nodes ? in.host.nodeCount() : in.host.bits();
        int last = (int) Math.min(span.get().last(), end);
        for (int i = (int) Math.min(span.get().first(), end); i <= last; i++) {
            setOne(map, i, nodes, !not);
        }
        return true;
    }

    private void setOne(BitSet map, int number, boolean nodes, boolean on) {
        if (!nodes) {
            if (number < in.host.bits()) {
                map.set(number, on);
            }
            return;
        }
        for (int cpu = 0; cpu < in.host.count(); cpu++) {
            if (in.host.nodes().get(cpu) == number) {
                map.set(cpu, on);
            }
        }
    }

    private void vnuma() {
        Optional<XlValue.Items> list = in.listQuietly("vnuma");
        if (list.isEmpty()) {
            if (in.has("vnuma")) {
                in.problems.ignored(in.placeOf("vnuma"), "vnuma", "must be a list of lists; xl takes it for nothing");
            }
            return;
        }
        List<XlValue> nodes = list.get().items();
        if (nodes.isEmpty()) {
            return;
        }
        if (nodes.size() > MOST_NODES) {
            in.problems.error(in.placeOf("vnuma"), "vnuma", "has more than " + MOST_NODES + " nodes");
            return;
        }
        in.mark("b_info/vnuma_nodes", "vnuma", in.placeOf("vnuma"));
        XlVnuma vnuma = new XlVnuma(in, nodes.size(), maxVcpus);
        nodes.forEach(vnuma::node);
        if (maxVcpus != 0 && maxVcpus != vnuma.vcpus()) {
            in.problems.error(
                    in.placeOf("vnuma"), "vnuma", "has " + vnuma.vcpus() + " vCPUs, but maxvcpus is " + maxVcpus);
        } else if (maxVcpus == 0 && vnuma.vcpus() > in.host.count()) {
            in.problems.error(
                    in.placeOf("vnuma"),
                    "vnuma",
                    "has more vCPUs than the host has CPUs: set maxvcpus if that is meant");
        }
        maxVcpus = maxVcpus == 0 ? (int) vnuma.vcpus() : maxVcpus;
        long kib = vnuma.kib();
        if (in.tree.has("b_info/max_memkb") && in.tree.get("b_info/max_memkb").longValue() != kib) {
            in.problems.error(in.placeOf("vnuma"), "vnuma", "has " + kib / 1024 + " MiB, but maxmem is something else");
        }
        in.tree.put("b_info/max_memkb", kib);
    }

    /** A range of whole numbers. */
    record Span(long first, long last) {
        /** {@code 3} or {@code 3-7}; empty for anything else. */
        static Optional<Span> parse(String text) {
            CNumber first = CNumber.unsigned(text, 0, 10);
            if (!first.found(0) || first.value() == -1) {
                return Optional.empty();
            }
            CNumber last = first;
            if (first.end() < text.length() && text.charAt(first.end()) == '-') {
                int from = first.end() + 1;
                last = CNumber.unsigned(text, from, 10);
                if (!last.found(from) || last.value() == -1 || Long.compareUnsigned(last.value(), first.value()) < 0) {
                    return Optional.empty();
                }
            }
            return last.end() == text.length() && first.value() >= 0 && last.value() >= 0
                    ? Optional.of(new Span(first.value(), last.value()))
                    : Optional.empty();
        }
    }
}
