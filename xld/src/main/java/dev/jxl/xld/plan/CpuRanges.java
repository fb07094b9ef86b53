package dev.jxl.xld.plan;

import dev.jxl.xld.host.Processors.Topology;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sets of CPUs in xl's words: {@code all}, or parts with commas, read from left to right: {@code 3}, {@code 0-3}, {@code nodes:1},
 * {@code node:0-1}, each with a {@code ^} before it to take it out again.
 *
 * @source tools/xl/xl_parse.c: parse_cpurange, update_cpumap_range; tools/xl/xl_utils.c: print_bitmap
 */
public final class CpuRanges {
    private static final Pattern PART =
            Pattern.compile("(?<not>\\^?)(?<nodes>(?:nodes?:)?)(?<first>[0-9]{1,4})(?:-(?<last>[0-9]{1,4}))?");

    private CpuRanges() {}

    /**
     * Reads a set. Numbers that the host does not have are left out, as a configuration may come from a larger host.
     *
     * @throws IllegalArgumentException when it is not written like this, or no CPU of this host is in it; the message completes
     *     "the set of CPUs …"
     */
    public static BitSet parse(String text, Topology host) {
        BitSet set = new BitSet();
        for (String part : text.strip().split(",", -1)) {
            String word = part.strip();
            if (word.equals("all") || word.equals("nodes:all") || word.equals("node:all")) {
                set.set(0, host.maxCpus());
            } else {
                apply(set, word, text, host);
            }
        }
        set.clear(host.maxCpus(), Math.max(host.maxCpus(), set.length()));
        if (set.isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' has none of this host's CPUs in it: they are 0 to "
                    + (host.maxCpus() - 1) + ", on " + host.nodes().size() + " node(s)");
        }
        return set;
    }

    private static void apply(BitSet set, String word, String text, Topology host) {
        Matcher part = PART.matcher(word);
        if (!part.matches()) {
            throw new IllegalArgumentException("'" + text + "' cannot be read at '" + word
                    + "': a set is 'all', or parts like 3, 0-3, ^2, nodes:0 with commas between");
        }
        int first = Integer.parseInt(part.group("first"));
        int last = part.group("last") == null ? first : Integer.parseInt(part.group("last"));
        if (last < first) {
            throw new IllegalArgumentException(
                    "'" + text + "' has the range '" + word + "', which ends before it starts");
        }
        BitSet meant = new BitSet();
        if (part.group("nodes").isEmpty()) {
            meant.set(first, last + 1);
        } else {
            for (int node = first; node <= last; node++) {
                meant.or(host.cpusOf(node));
            }
        }
        if (part.group("not").isEmpty()) {
            set.or(meant);
        } else {
            set.andNot(meant);
        }
    }

    /**
     * Writes a set.
     *
     * @param length how many CPUs (or nodes) there are; what is beyond is not written
     * @return {@code all}, {@code none}, or {@code 0-3,8}
     */
    public static String text(BitSet set, int length) {
        StringBuilder out = new StringBuilder();
        int first = set.nextSetBit(0);
        if (first == 0 && set.nextClearBit(0) >= length) {
            return "all";
        }
        while (first >= 0 && first < length) {
            int end = Math.min(set.nextClearBit(first), length);
            out.append(out.isEmpty() ? "" : ",").append(first);
            if (end - 1 > first) {
                out.append('-').append(end - 1);
            }
            first = set.nextSetBit(end);
        }
        return out.isEmpty() ? "none" : out.toString();
    }
}
