package dev.jxl.xld.api;

import java.util.Optional;

/**
 * A domain's memory as it is now.
 *
 * @param domid its number
 * @param domain its name
 * @param usedKib that it has
 * @param claimedKib promised to it and not yet given
 * @param sharedKib of it shared with other domains
 * @param targetKib what its balloon is asked to go to
 * @param maximumKib the most that it can be given while it lives
 * @param limitKib the most that Xen lets it have now; empty without a limit
 */
public record MemoryView(
        int domid,
        String domain,
        long usedKib,
        long claimedKib,
        long sharedKib,
        Optional<Long> targetKib,
        Optional<Long> maximumKib,
        Optional<Long> limitKib) {}
