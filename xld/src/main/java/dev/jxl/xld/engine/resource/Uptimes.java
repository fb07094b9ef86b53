package dev.jxl.xld.engine.resource;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.UptimeView;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long domains have been up, by what was written when they were built; dom0 by its own clock.
 *
 * @source tools/xl/xl_info.c: print_dom0_uptime, print_domU_uptime; tools/libs/light/libxl_domain.c: libxl_vm_get_start_time
 */
final class Uptimes {
    private Uptimes() {}

    static List<UptimeView> list(Host host, List<Found> domains, Instant now) {
        return domains.stream().flatMap(d -> view(host, d, now)).toList();
    }

    private static Stream<UptimeView> view(Host host, Found domain, Instant now) {
        Optional<Long> seconds = domain.id().equals(DomainId.DOM0)
                ? Optional.of(host.hypervisor().dom0UptimeSeconds())
                : host.store()
                        .find(Nodes.vm(domain.uuid()) + "/start_time")
                        .filter(text -> text.matches("[0-9]{1,12}(\\.[0-9]{1,9})?"))
                        .map(text -> now.getEpochSecond() - Long.parseLong(text.split("\\.", 2)[0]));
        return seconds.map(s -> new UptimeView(domain.id().value(), domain.name(), Math.max(0, s))).stream();
    }
}
