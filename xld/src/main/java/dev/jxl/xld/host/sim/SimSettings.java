package dev.jxl.xld.host.sim;

import dev.jxl.config.MemorySize;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What a simulated host is like.
 *
 * @param totalMemory of the host
 * @param dom0Memory of it, given to the control domain
 * @param cpus of the host
 * @param nodes NUMA nodes of the host, with equal parts of its memory and CPUs
 * @param bridges MTU in bytes by name
 * @param behaviour of guests whose kernel command line says nothing else
 * @param clockNanos the clock that running guests use CPU time by, in nanoseconds
 * @param dom0Gives whether Xen was started without a fixed amount of memory for dom0
 * @param hurry by how much waits for xenstore are shortened: 1 waits as long as the real one, 100 turns 10 s into 100 ms
 */
public record SimSettings(
        MemorySize totalMemory,
        MemorySize dom0Memory,
        int cpus,
        int nodes,
        Map<String, Integer> bridges,
        GuestBehaviour behaviour,
        LongSupplier clockNanos,
        boolean dom0Gives,
        int hurry) {
    /**
     * Checks that the host can be.
     *
     * @throws IllegalArgumentException when dom0 does not fit, or a number is not positive
     */
    public SimSettings {
        bridges = Map.copyOf(bridges);
        if (cpus < 1 || nodes < 1 || nodes > cpus || hurry < 1 || dom0Memory.compareTo(totalMemory) >= 0) {
            throw new IllegalArgumentException("a simulated host needs CPUs, and more memory than its dom0");
        }
    }

    /** A host with 16 GiB, 2 of them dom0's, 8 CPUs, one bridge xenbr0, and guests that behave. */
    public static SimSettings standard() {
        return new SimSettings(
                MemorySize.ofMib(16 * 1024),
                MemorySize.ofMib(2 * 1024),
                8,
                1,
                Map.of("xenbr0", 1500),
                GuestBehaviour.WELL_BEHAVED,
                System::nanoTime,
                false,
                1);
    }

    /** The same with another amount of memory. */
    public SimSettings withTotalMemory(MemorySize memory) {
        return new SimSettings(memory, dom0Memory, cpus, nodes, bridges, behaviour, clockNanos, dom0Gives, hurry);
    }

    /** The same with other guests. */
    public SimSettings withBehaviour(GuestBehaviour other) {
        return new SimSettings(totalMemory, dom0Memory, cpus, nodes, bridges, other, clockNanos, dom0Gives, hurry);
    }

    /** The same with another clock for CPU time. */
    public SimSettings withClock(LongSupplier nanos) {
        return new SimSettings(totalMemory, dom0Memory, cpus, nodes, bridges, behaviour, nanos, dom0Gives, hurry);
    }

    /** The same with waits shortened: for tests in which something never happens. */
    public SimSettings withHurry(int factor) {
        return new SimSettings(totalMemory, dom0Memory, cpus, nodes, bridges, behaviour, clockNanos, dom0Gives, factor);
    }

    /** The same with other bridges. */
    public SimSettings withBridges(Map<String, Integer> mtuByName) {
        return new SimSettings(
                totalMemory, dom0Memory, cpus, nodes, mtuByName, behaviour, clockNanos, dom0Gives, hurry);
    }

    /** The same with other CPUs. */
    public SimSettings withCpus(int number, int onNodes) {
        return new SimSettings(
                totalMemory, dom0Memory, number, onNodes, bridges, behaviour, clockNanos, dom0Gives, hurry);
    }

    /** The same with a dom0 whose memory is not fixed: it gives some to new domains. */
    public SimSettings withDom0Giving() {
        return new SimSettings(totalMemory, dom0Memory, cpus, nodes, bridges, behaviour, clockNanos, true, hurry);
    }
}
