package dev.jxl.xld.api;

import java.util.List;
import java.util.Optional;

/**
 * What a domain gets of the CPUs. What its scheduler does not know is empty.
 *
 * @param domid its number
 * @param domain its name
 * @param cpupool its cpupool's number
 * @param scheduler credit, credit2, rtds, null, arinc653
 * @param weight against other domains (credit, credit2)
 * @param cap the most it gets, percent of one CPU; 0: no limit (credit, credit2)
 * @param periodMicros of a vCPU for which nothing else is said (rtds)
 * @param budgetMicros of such a vCPU in each period (rtds)
 * @param extratime whether such a vCPU may have what is left over (rtds)
 * @param vcpus what each vCPU gets (rtds)
 */
public record ShareView(
        int domid,
        String domain,
        int cpupool,
        String scheduler,
        Optional<Integer> weight,
        Optional<Integer> cap,
        Optional<Long> periodMicros,
        Optional<Long> budgetMicros,
        Optional<Boolean> extratime,
        List<VcpuShareView> vcpus) {
    /** Makes the list immutable. */
    public ShareView {
        vcpus = List.copyOf(vcpus);
    }

    /** What one vCPU gets under rtds. */
    public record VcpuShareView(int vcpu, long periodMicros, long budgetMicros, boolean extratime) {}
}
