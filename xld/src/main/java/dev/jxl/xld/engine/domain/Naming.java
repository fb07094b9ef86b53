package dev.jxl.xld.engine.domain;

import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;

/** The name of a domain in xenstore, while it is on its way: what jxl knows of it stays. */
public record Naming(Host host) {
    /** What a sender calls what it has handed over. @source tools/xl/xl_migrate.c: migrate_domain */
    public static final String AWAY = "--migratedaway";

    /** Gives a domain a name. */
    public void name(Found domain, String name) {
        host.store().change(t -> {
            t.write(Nodes.name(domain.id()), name);
            t.write(Nodes.vm(domain.uuid()) + "/name", name);
        });
    }

    /** Only where it was named so: a domain that has gone meanwhile gets no nodes again. */
    public void nameBack(Found domain, String name) {
        host.store()
                .find(Nodes.name(domain.id()))
                .filter(current -> current.endsWith(AWAY))
                .ifPresent(current -> name(domain, name));
    }
}
