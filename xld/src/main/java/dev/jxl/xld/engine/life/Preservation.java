package dev.jxl.xld.engine.life;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.model.DomainState;
import dev.jxl.xld.plan.DomainNodes;
import dev.jxl.xld.plan.Nodes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps a stopped domain aside, so that another one can be made of its configuration: its memory and registers stay, its devices
 * go, its name gets the time, its UUID is a new one. It can be run again at any point of its own work.
 *
 * @source tools/xl/xl_vmcontrol.c: preserve_domain; tools/libs/light/libxl_domain.c: libxl_domain_preserve
 */
final class Preservation {
    private static final DateTimeFormatter SUFFIX =
            DateTimeFormatter.ofPattern("'-'yyyyMMdd'T'HHmm'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Host host;
    private final DomainLog log;

    Preservation(Host host, DomainLog log) {
        this.host = host;
        this.log = log;
    }

    void perform(DomainId old, Entry entry, OperationRun run) {
        DomainFacts facts =
                host.hypervisor().find(old).orElseThrow(() -> new ToolstackException.DomainNotFound(old.toString()));
        new Teardown(host, log).detach(old, entry.uuid(), run::phase);
        // A new UUID is what an earlier try has given it.
        DomainUuid uuid = facts.uuid().equals(entry.uuid()) ? DomainUuid.random() : facts.uuid();
        host.files()
                .findUserdata(old, entry.uuid())
                .ifPresent(json -> host.files().writeUserdata(old, uuid, json));
        host.hypervisor().changeUuid(old, uuid);
        host.files().removeUserdata(old, entry.uuid());
        String name = rename(old, entry, uuid);
        log.left(old, entry.uuid(), Optional.of(new DomainState.Absent()));
        log.seen(old, uuid, name, "shutdown");
    }

    private String rename(DomainId old, Entry entry, DomainUuid uuid) {
        String base = entry.spec().name();
        Optional<String> current = host.store().find(Nodes.name(old));
        if (host.store().find(Nodes.domain(old) + "/vm").equals(Optional.of(Nodes.vm(uuid)))) {
            return current.orElse(base);
        }
        String name = freeName(base + SUFFIX.format(Instant.now()));
        host.store().change(t -> t.performAll(DomainNodes.renamed(old, uuid, name)));
        return name;
    }

    private String freeName(String wanted) {
        List<String> paths = host.hypervisor().listDomains().stream()
                .map(f -> Nodes.name(f.id()))
                .toList();
        Set<String> taken = new HashSet<>();
        host.store().findAll(paths).forEach(name -> name.ifPresent(taken::add));
        String name = wanted;
        for (int number = 2; taken.contains(name); number++) {
            name = wanted + "-" + number;
        }
        return name;
    }
}
