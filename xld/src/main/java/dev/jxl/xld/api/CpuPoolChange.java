package dev.jxl.xld.api;

import java.util.Optional;

/** What can be done to cpupools. A pool is named by its name or number; CPUs are in xl's words: {@code 1-3,^2}, {@code node:0}. */
public sealed interface CpuPoolChange {
    /**
     * A new one.
     *
     * @param name unique on the host
     * @param scheduler credit, credit2, rtds, null, arinc653; empty: as Xen was started with
     * @param cpus free CPUs; empty: none
     */
    record Create(String name, Optional<String> scheduler, Optional<String> cpus) implements CpuPoolChange {}

    /** None any more; it has no domains. */
    record Destroy(String pool) implements CpuPoolChange {}

    /** Another name. */
    record Rename(String pool, String name) implements CpuPoolChange {}

    /** More CPUs. */
    record AddCpus(String pool, String cpus) implements CpuPoolChange {}

    /** Fewer CPUs. */
    record RemoveCpus(String pool, String cpus) implements CpuPoolChange {}

    /** One pool for each NUMA node. */
    record NumaSplit() implements CpuPoolChange {}

    /**
     * How its scheduler works; what is empty stays as it is.
     *
     * @param scheduler credit or credit2; empty: that of the pool
     * @param timesliceMillis 1 to 1000 (credit)
     * @param ratelimitMicros 0, or 100 to 500000
     * @param migrationDelayMicros 0 to 100000 (credit)
     */
    record Tune(
            String pool,
            Optional<String> scheduler,
            Optional<Integer> timesliceMillis,
            Optional<Integer> ratelimitMicros,
            Optional<Integer> migrationDelayMicros)
            implements CpuPoolChange {}
}
