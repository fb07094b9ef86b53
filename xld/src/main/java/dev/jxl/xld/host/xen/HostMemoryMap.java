package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainSpec;
import dev.jxl.xenctrl.E820Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The memory map of a PV guest that has devices of the host: its memory where the machine has none of its own places, and the
 * machine's reserved places where they are, so that the guest leaves room for the devices' memory where the devices have it.
 * Pure.
 *
 * @source tools/libs/light/libxl_x86.c: e820_sanitize
 */
final class HostMemoryMap {
    private static final long KIB = 1024;
    private static final long LOWEST = 1L << 20;
    private static final long GIB_4 = 1L << 32;

    private HostMemoryMap() {}

    /**
     * The map.
     *
     * @param machine the machine's
     */
    static List<E820Entry> of(DomainSpec spec, List<E820Entry> machine) {
        List<E820Entry> above =
                machine.stream().filter(e -> e.address() > LOWEST).toList();
        List<E820Entry> places = above.stream().filter(HostMemoryMap::isPlace).toList();
        OptionalLong first = places.stream().mapToLong(E820Entry::address).min();
        long last = places.stream().mapToLong(HostMemoryMap::end).max().orElse(0);
        long memory = spec.memory().kib() * KIB;
        long ramEnd = Math.min(memory, first.orElse(memory));
        List<E820Entry> map = new ArrayList<>();
        map.add(new E820Entry(0, ramEnd, E820Entry.RAM));
        // Linux takes a gap for a place where devices' memory may be.
        if (first.orElse(0) > ramEnd) {
            map.add(new E820Entry(ramEnd, first.getAsLong() - ramEnd, E820Entry.UNUSABLE));
        }
        for (E820Entry entry : above) {
            if (isPlace(entry)) {
                map.add(entry);
            } else if (entry.type() == E820Entry.RAM
                    && entry.address() >= first.orElse(Long.MAX_VALUE)
                    && entry.address() < GIB_4) {
                map.add(new E820Entry(entry.address(), entry.size(), E820Entry.UNUSABLE));
            }
        }
        long rest = spec.maxMemory().kib() * KIB - ramEnd;
        if (rest > 0) {
            map.add(new E820Entry(Math.max(GIB_4, last), rest, E820Entry.RAM));
        }
        return List.copyOf(map);
    }

    /** Whether the machine has something there that is not memory for all. */
    private static boolean isPlace(E820Entry entry) {
        return entry.type() != E820Entry.RAM && entry.type() != E820Entry.UNUSABLE;
    }

    private static long end(E820Entry entry) {
        return entry.address() + entry.size();
    }
}
