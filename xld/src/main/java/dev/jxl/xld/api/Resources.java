package dev.jxl.xld.api;

import java.util.List;

/** CPUs and memory: what the host has, what domains get of it, and changes of that. A part of {@link Toolstack}. */
public interface Resources {
    /** All vCPUs of all domains. */
    List<VcpuView> vcpus();

    /** A domain's vCPUs, by number. */
    List<VcpuView> vcpus(String nameUuidOrDomid);

    /** Every domain's memory. */
    List<MemoryView> memory();

    /** A domain's memory. */
    MemoryView memory(String nameUuidOrDomid);

    /** What a domain gets of the CPUs. */
    ShareView share(String nameUuidOrDomid);

    /** What every domain gets, by domid. */
    List<ShareView> shares();

    /** How long each domain has been up; those of which that is not known are left out. */
    List<UptimeView> uptimes();

    /**
     * Starts to change a domain.
     *
     * @throws ToolstackException.InvalidRequest when it makes no sense for this domain or host
     */
    OperationView change(String nameUuidOrDomid, DomainChange change);

    /** The cpupools, by number. */
    List<CpuPoolView> cpuPools();

    /** One cpupool, by name or number. */
    CpuPoolView requireCpuPool(String nameOrNumber);

    /**
     * Reads xl's description of a cpupool.
     *
     * @param overrides {@code key=value} settings appended to it
     * @param sourceName the file's name as the user knows it, for messages; may be empty
     * @param name its name where the text has none; empty: it must have one
     * @throws ToolstackException.InvalidSpec with all that is wrong
     */
    CpuPoolChange.Create readCpuPool(String xlCfg, List<String> overrides, String sourceName, String name);

    /** What a new cpupool would be; its number is -1. Checks everything that can be checked. */
    CpuPoolView planCpuPool(CpuPoolChange.Create wish);

    /** Starts to change cpupools. */
    OperationView changePools(CpuPoolChange change);

    /** The host's CPUs and NUMA nodes. */
    NumaView numa();

    /**
     * Sends debug keys to Xen, which answers into its log.
     *
     * @param keys letters and digits
     */
    void sendDebugKeys(String keys);

    /**
     * Changes parameters of Xen while it runs.
     *
     * @param parameters as on Xen's command line, with spaces between: {@code name=value}, {@code name}, {@code no-name}
     */
    void setParameters(String parameters);
}
