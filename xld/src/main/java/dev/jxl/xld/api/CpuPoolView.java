package dev.jxl.xld.api;

import java.util.List;
import java.util.Optional;

/**
 * A cpupool as it is now.
 *
 * @param id its number
 * @param name its name; {@code (null)} when it has none
 * @param scheduler credit, credit2, rtds, null, arinc653
 * @param cpus its CPUs
 * @param domains how many domains are in it
 * @param timesliceMillis credit: how long a vCPU runs at a time
 * @param ratelimitMicros credit, credit2: how long a vCPU runs at least; 0: no such limit
 * @param migrationDelayMicros credit: how long a vCPU stays near its cache
 */
public record CpuPoolView(
        int id,
        String name,
        String scheduler,
        List<Integer> cpus,
        int domains,
        Optional<Integer> timesliceMillis,
        Optional<Integer> ratelimitMicros,
        Optional<Integer> migrationDelayMicros) {
    /** Makes the list immutable. */
    public CpuPoolView {
        cpus = List.copyOf(cpus);
    }
}
