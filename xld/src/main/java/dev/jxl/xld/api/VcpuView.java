package dev.jxl.xld.api;

import java.util.Optional;

/**
 * A vCPU as it is now.
 *
 * @param domid its domain's number
 * @param domain its domain's name
 * @param number from 0
 * @param online whether the guest has it switched on
 * @param blocked whether it waits for an event
 * @param running whether it is on a CPU now
 * @param cpuTimeNanos CPU time used
 * @param cpu the CPU that it runs on or last ran on; empty when it is not online
 * @param hardAffinity CPUs that it may run on, in xl's words: all, none, 0-3,8
 * @param softAffinity CPUs that it would best run on
 */
public record VcpuView(
        int domid,
        String domain,
        int number,
        boolean online,
        boolean blocked,
        boolean running,
        long cpuTimeNanos,
        Optional<Integer> cpu,
        String hardAffinity,
        String softAffinity) {}
