package dev.jxl.xld.api;

import java.time.Instant;
import java.util.Optional;

/**
 * A domain that stays known while it does not run.
 *
 * @param uuid of it, for good
 * @param name of it
 * @param version grows with each change
 * @param changed when it was changed last
 * @param autostart whether the host's start starts it
 * @param order {@link StartPolicy#order()}
 * @param delaySeconds {@link StartPolicy#delay()}
 * @param ready {@link StartPolicy#ready()}
 * @param readyTimeoutSeconds {@link StartPolicy#readyTimeout()}
 * @param saved whether the host's stop has saved it: it goes on from there when it is started
 * @param configuration jxl's JSON
 * @param source the text that the user gave
 */
public record Definition(
        String uuid,
        String name,
        long version,
        Instant changed,
        boolean autostart,
        int order,
        long delaySeconds,
        StartPolicy.Ready ready,
        long readyTimeoutSeconds,
        boolean saved,
        String configuration,
        Optional<String> source) {}
