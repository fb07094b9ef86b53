package dev.jxl.xld.engine;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.Health;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;
import dev.jxl.xld.store.Database;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Whether jxld can do its work: what it stands on answers, and it looks after its domains. For any thread. */
final class SelfCheck {
    private static final Duration SUPERVISOR_ALIVE = Duration.ofSeconds(30);

    private final Host host;
    private final Database database;
    private final Supervisor supervisor;

    SelfCheck(Host host, Database database, Supervisor supervisor) {
        this.host = host;
        this.database = database;
        this.supervisor = supervisor;
    }

    /** Whether the supervisor makes progress. */
    boolean supervises() {
        return supervisor.lookedWithin(SUPERVISOR_ALIVE);
    }

    Health look() {
        Map<String, String> checks = new TreeMap<>();
        check(checks, "xen", () -> host.hypervisor().memory());
        check(checks, "xenstore", () -> host.store().find(Nodes.name(DomainId.DOM0)));
        check(checks, "database", database::requireWritable);
        check(checks, "supervisor", () -> {
            if (!supervises()) {
                throw new IllegalStateException(
                        "it has not looked at the domains for " + SUPERVISOR_ALIVE.toSeconds() + " s");
            }
        });
        return new Health(checks.values().stream().allMatch("ok"::equals), checks);
    }

    private static void check(Map<String, String> checks, String name, Runnable check) {
        try {
            check.run();
            checks.put(name, "ok");
        } catch (RuntimeException e) {
            checks.put(name, String.valueOf(e.getMessage()));
        }
    }
}
