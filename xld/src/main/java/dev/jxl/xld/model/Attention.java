package dev.jxl.xld.model;

import dev.jxl.config.EventAction;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;

/** What a domain needs now. Start-up, watch events and failed operations all ask this one function. */
public sealed interface Attention {
    /** Nothing. */
    record Nothing() implements Attention {}

    /** It is to be destroyed. */
    record Destroy(String why) implements Attention {}

    /** It is to be destroyed and made again. */
    record Restart(String why) implements Attention {}

    /** It waits to be reset: it is to go on in its memory. */
    record SoftReset(String why) implements Attention {}

    /** It is to be kept under another name, and made again. */
    record RenameAndRestart(String why) implements Attention {}

    /** Its core is to be dumped; then it needs what the same question answers. */
    record DumpCore(String why) implements Attention {}

    /** It is to be left as it is, stopped. */
    record Preserve(String why) implements Attention {}

    /** It is gone, or going; what it leaves outside of Xen is to be cleared. */
    record FinishCleanup() implements Attention {}

    /** Why an incomplete one goes. */
    String UNFINISHED = "its creation was not finished";

    /** Why a stopped one goes that carries the mark of those to be removed. */
    String UNREMOVED = "its removal was not finished";

    /** Why one is made that is between two lives. */
    String FAILED_BEFORE = "making it again failed before";

    /** Why one stays that nothing but Xen knows of. */
    String WITHOUT_NODES =
            "xenstore has lost all nodes of it, as when xenstored was started anew; it runs on, but it cannot be"
                    + " asked for anything: 'jxl destroy' ends it";

    /** Why something is done with one that has stopped, up to Xen's word. */
    String STOPPED = "it stopped (";

    /** What a domain that jxl answers for needs. */
    static Attention of(Observation seen, Intent intent) {
        if (intent.awaited()) {
            return new Restart(FAILED_BEFORE);
        }
        return switch (DomainState.of(seen)) {
            case DomainState.Absent _, DomainState.Orphaned _ -> new FinishCleanup();
            case DomainState.Dying _ -> new FinishCleanup();
            case DomainState.Shell _ ->
                intent.survivable() && !seen.unfinished() ? withoutNodes(seen) : new Destroy(UNFINISHED);
            case DomainState.Built _, DomainState.Paused _, DomainState.Running _ ->
                intent.survivable() ? whileAlive(seen, intent) : new Destroy(UNFINISHED);
            case DomainState.ShutDown(ShutdownReason reason) ->
                seen.unfinished() ? new Destroy(UNREMOVED) : afterStop(reason, intent);
        };
    }

    /** Paused, it is on its way out: that is how a toolstack's destroy begins, and the nodes go before the domain. */
    private static Attention withoutNodes(Observation seen) {
        boolean paused = seen.facts().map(f -> f.flags().paused()).orElse(false);
        return paused ? new Nothing() : new Preserve(WITHOUT_NODES);
    }

    private static Attention whileAlive(Observation seen, Intent intent) {
        return seen.deviceModelLost()
                ? by(intent.onEvents().deviceModelCrash(), "its device model has ended", intent)
                : new Nothing();
    }

    private static Attention afterStop(ShutdownReason reason, Intent intent) {
        if (!intent.survivable()) {
            return new Destroy(UNFINISHED);
        }
        return switch (reason) {
            case POWEROFF -> by(intent.onEvents().poweroff(), reason, intent);
            case REBOOT -> by(intent.onEvents().reboot(), reason, intent);
            case CRASH -> by(intent.onEvents().crash(), reason, intent);
            case WATCHDOG -> by(intent.onEvents().watchdog(), reason, intent);
            case SOFT_RESET ->
                intent.onEvents().softReset() == EventAction.SOFT_RESET
                        ? new SoftReset(STOPPED + reason.word() + ")")
                        : by(intent.onEvents().softReset(), reason, intent);
            case SUSPEND -> new Nothing();
            case UNKNOWN -> new Preserve("it stopped for a reason that jxl does not know");
        };
    }

    private static Attention by(EventAction action, ShutdownReason reason, Intent intent) {
        return by(action, STOPPED + reason.word() + ")", intent);
    }

    /** @source tools/xl/xl_vmcontrol.c: handle_domain_death */
    private static Attention by(EventAction action, String why, Intent intent) {
        return switch (action) {
            case DESTROY -> new Destroy(why);
            case COREDUMP_DESTROY -> intent.dumped() ? new Destroy(why) : new DumpCore(why);
            case COREDUMP_RESTART -> intent.dumped() ? new Restart(why) : new DumpCore(why);
            // Only a guest that has asked for a reset has put there what goes on after it.
            case RESTART, SOFT_RESET -> new Restart(why);
            case RENAME_RESTART -> new RenameAndRestart(why);
            case PRESERVE -> new Preserve(why);
        };
    }
}
