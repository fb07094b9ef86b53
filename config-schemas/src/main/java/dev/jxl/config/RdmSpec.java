package dev.jxl.config;

import java.util.Optional;

/**
 * Memory that devices of the host reserve (HVM).
 *
 * @param strategy which regions are kept free in the guest
 * @param policy what happens when one is in the way; empty: relaxed
 * @param boundary below it there is no room for RAM beside them; empty: 2 GiB
 */
public record RdmSpec(
        @Field(orElse = "ignore") Strategy strategy, Optional<Policy> policy, Optional<MemorySize> boundary) {
    /** What a guest has when nothing is said. */
    public static final RdmSpec DEFAULT = new RdmSpec(Strategy.IGNORE, Optional.empty(), Optional.empty());

    /** Which regions count. */
    public enum Strategy implements Worded {
        /** Those of devices that are passed through. */
        IGNORE,
        /** All of the host's. */
        HOST
    }

    /** What happens on a conflict. */
    public enum Policy implements Worded {
        /** The domain is not made. */
        STRICT,
        /** It is made with a warning. */
        RELAXED
    }
}
