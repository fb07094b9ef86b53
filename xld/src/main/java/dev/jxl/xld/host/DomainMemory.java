package dev.jxl.xld.host;

import dev.jxl.config.DomainId;
import java.util.List;

/**
 * How much memory domains have and may have, beside what the guests do themselves. Failures are {@link
 * dev.jxl.xld.api.ToolstackException}s; a domain that is not there is {@code DomainNotFound}.
 */
public interface DomainMemory {
    /** Every domain's, by domid. */
    List<Use> list();

    /** The most that Xen lets a domain have; lowering it takes nothing away. */
    void limit(DomainId domain, long kib);

    /** HVM and PVH: how much of a domain that was started with less than its maximum is real memory. */
    void populate(DomainId domain, long kib);

    /**
     * One domain's.
     *
     * @param usedKib that it has
     * @param claimedKib promised to it and not yet given
     * @param sharedKib of it shared with other domains
     * @param limitKib the most it may have; {@code Long.MAX_VALUE} without a limit
     */
    record Use(DomainId domain, long usedKib, long claimedKib, long sharedKib, long limitKib) {}
}
