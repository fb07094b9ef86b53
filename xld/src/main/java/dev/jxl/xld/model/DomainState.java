package dev.jxl.xld.model;

import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;

/** What a domain is doing: a pure function of what is observed. */
public sealed interface DomainState {
    /** Xen has no such domain and xenstore knows nothing of it. */
    record Absent() implements DomainState {}

    /** Made, and not complete: it must not be run. */
    record Shell() implements DomainState {}

    /** Complete and never run. */
    record Built() implements DomainState {}

    /** Stopped by the toolstack. */
    record Paused() implements DomainState {}

    /** Running, or waiting for something to do. */
    record Running() implements DomainState {}

    /** Stopped by itself. */
    record ShutDown(ShutdownReason reason) implements DomainState {}

    /** Being torn down; stays so while somebody maps its pages. */
    record Dying() implements DomainState {}

    /** Xen has it no more, but xenstore still has its nodes. */
    record Orphaned() implements DomainState {}

    /** The state. */
    static DomainState of(Observation seen) {
        if (seen.facts().isEmpty()) {
            return seen.inStore() ? new Orphaned() : new Absent();
        }
        DomainFacts facts = seen.facts().get();
        if (facts.flags().dying()) {
            return new Dying();
        }
        if (facts.flags().shutdown()) {
            return new ShutDown(facts.shutdownReason().orElse(ShutdownReason.UNKNOWN));
        }
        if (seen.unfinished() || !seen.inStore()) {
            return new Shell();
        }
        if (facts.flags().paused()) {
            return facts.cpuTimeNanos() == 0 ? new Built() : new Paused();
        }
        return new Running();
    }

    /** One word for users: absent, shell, built, paused, running, shutdown, dying, orphaned. */
    default String word() {
        return switch (this) {
            case Absent _ -> "absent";
            case Shell _ -> "shell";
            case Built _ -> "built";
            case Paused _ -> "paused";
            case Running _ -> "running";
            case ShutDown _ -> "shutdown";
            case Dying _ -> "dying";
            case Orphaned _ -> "orphaned";
        };
    }
}
