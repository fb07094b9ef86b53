package dev.jxl.config;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.TreeSet;

/**
 * Some of the host's CPUs.
 *
 * @param numbers sorted, each once, 0 to 4095
 */
public record CpuSet(List<Integer> numbers) {
    /** More CPUs than Xen can be built for. */
    public static final int MOST = 4096;

    /**
     * Sorts and checks.
     *
     * @throws IllegalArgumentException for a number outside of 0 to 4095
     */
    public CpuSet {
        numbers = List.copyOf(new TreeSet<>(numbers));
        if (!numbers.isEmpty() && (numbers.getFirst() < 0 || numbers.getLast() >= MOST)) {
            throw new IllegalArgumentException("a CPU's number is from 0 to " + (MOST - 1));
        }
    }

    /**
     * Reads {@code 0-3,8}; the empty text is no CPU at all.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static CpuSet parse(String text) {
        List<Integer> numbers = new ArrayList<>();
        for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            int dash = part.indexOf('-');
            int first = number(dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : number(part.substring(dash + 1));
            for (int cpu = first; cpu <= last; cpu++) {
                numbers.add(cpu);
            }
        }
        return new CpuSet(numbers);
    }

    private static int number(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 4 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || Integer.parseInt(text) >= MOST) {
            throw new IllegalArgumentException("is not a set of CPUs (e.g. 0-3,8; numbers up to " + (MOST - 1) + ")");
        }
        return Integer.parseInt(text);
    }

    /** {@code 0-3,8}. */
    @Override
    public String toString() {
        StringJoiner out = new StringJoiner(",");
        for (int i = 0; i < numbers.size(); i++) {
            int from = i;
            while (i + 1 < numbers.size() && numbers.get(i + 1) == numbers.get(i) + 1) {
                i++;
            }
            out.add(from == i ? "" + numbers.get(i) : numbers.get(from) + "-" + numbers.get(i));
        }
        return out.toString();
    }
}
