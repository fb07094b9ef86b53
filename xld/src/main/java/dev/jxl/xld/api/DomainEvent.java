package dev.jxl.xld.api;

import java.time.Instant;
import java.util.Map;

/**
 * Something that happened.
 *
 * @param id increases by one; events survive a restart of jxld
 * @param at when
 * @param type domain.created, domain.started, domain.paused, domain.unpaused, domain.shutdown, domain.crashed,
 *     domain.rebooted, domain.migrated, domain.destroyed, domain.state, domain.device-model-ended,
 *     domain.restart-delayed, domain.restart-given-up, domain.core-dumped, domain.ready,
 *     domain.not-ready, domain.start-failed, domain.taken-over, domain.left-stopped, operation.started, operation.progress, operation.ended,
 *     daemon.started, daemon.recovered
 * @param domainUuid the domain it is about; empty when about none
 * @param domainName its name
 * @param domid its number; -1 when there is none
 * @param data more, by type; values are plain text
 */
public record DomainEvent(
        long id, Instant at, String type, String domainUuid, String domainName, int domid, Map<String, String> data) {
    /** Makes the map immutable. */
    public DomainEvent {
        data = Map.copyOf(data);
    }
}
