package dev.jxl.xld.engine.action;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.SpecRules;
import dev.jxl.config.json.LibxlJson;
import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.Defined;
import dev.jxl.xld.engine.domain.Domains;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.domain.SpecReader;
import dev.jxl.xld.engine.life.NameReservations;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;
import java.util.Optional;

/** What changes how a living domain is called, or what it will be made of the next time. */
public final class Alteration {
    private final Host host;
    private final Domains domains;
    private final Managed managed;
    private final Defined defined;
    private final NameReservations names;

    /** What is changed is changed in xenstore, in jxl's record, and in the definition where there is one. */
    public Alteration(Host host, Domains domains, Managed managed, Defined defined, NameReservations names) {
        this.defined = defined;
        this.host = host;
        this.domains = domains;
        this.managed = managed;
        this.names = names;
    }

    /**
     * Gives a domain another name.
     *
     * @source tools/libs/light/libxl_domain.c: libxl__domain_rename
     */
    void rename(Found domain, String name, OperationRun run) {
        run.step("renaming '" + domain.name() + "' to '" + name + "'", 0);
        SpecRules.findNameProblem(name).ifPresent(problem -> {
            throw new ToolstackException.WrongState("the new name of '" + domain.name() + "' " + problem);
        });
        try (var _ = names.reserve(name)) {
            requireFree(domain, name);
            Optional<String> before = host.store().find(Nodes.name(domain.id()));
            write(domain, name);
            try {
                follow(domain, name);
            } catch (RuntimeException e) {
                before.ifPresent(old -> write(domain, old));
                throw e;
            }
        }
    }

    private void requireFree(Found domain, String name) {
        defined.requireFreeName(name, domain.uuid());
        domains.list().stream()
                .filter(f -> f.name().equals(name) && !f.id().equals(domain.id()))
                .findFirst()
                .ifPresent(f -> {
                    throw new ToolstackException.NameInUse("domain " + f.id() + " is named '" + name
                            + "' already: choose another name, or rename that one first");
                });
    }

    private void write(Found domain, String name) {
        host.store().change(t -> {
            t.write(Nodes.name(domain.id()), name);
            t.write(Nodes.vm(domain.uuid()) + "/name", name);
        });
    }

    private void follow(Found domain, String name) {
        Optional<Entry> entry = managed.find(domain.uuid());
        if (entry.isPresent()) {
            adopt(domain, entry.get(), entry.get().spec().toBuilder().name(name).build());
        }
        defined.rename(domain.uuid(), name);
    }

    /** After a jxld that ended in between: xenstore's name is the one that counts. */
    public void followStore(Found domain) {
        host.store().find(Nodes.name(domain.id())).ifPresent(name -> follow(domain, name));
    }

    /** Replaces what a domain will be made of when it is started again. */
    void reconfigure(Found domain, CreateRequest request, OperationRun run) {
        run.step("replacing the configuration of '" + domain.name() + "'", 0);
        Entry entry = managed.find(domain.uuid())
                .orElseThrow(() -> new ToolstackException.WrongState("domain '" + domain.name()
                        + "' was made by another toolstack, which starts it again: use that one's config-update"));
        DomainSpec spec = SpecReader.read(request, Optional.of(entry.spec())).spec();
        if (!spec.name().equals(domain.name())) {
            throw new ToolstackException.WrongState("the configuration is for '" + spec.name() + "', not for '"
                    + domain.name() + "': 'jxl rename' changes a name");
        }
        adopt(domain, entry, spec);
        defined.find(domain.uuid()).ifPresent(d -> defined.save(spec, d.policy()));
    }

    /** From now on a domain is made of this. */
    void adopt(Found domain, Entry entry, DomainSpec spec) {
        managed.save(new Entry(spec, entry.domid(), entry.startPaused(), entry.survivable()));
        host.files().writeUserdata(domain.id(), domain.uuid(), LibxlJson.write(spec, domain.uuid()));
    }
}
