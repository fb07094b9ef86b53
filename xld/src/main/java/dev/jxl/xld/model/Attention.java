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

    /** It is to be left as it is, stopped. */
    record Preserve(String why) implements Attention {}

    /** It is gone, or going; what it leaves outside of Xen is to be cleared. */
    record FinishCleanup() implements Attention {}

    /** What a domain that jxl answers for needs. */
    static Attention of(Observation seen, Intent intent) {
        return switch (DomainState.of(seen)) {
            case DomainState.Absent _, DomainState.Orphaned _ -> new FinishCleanup();
            case DomainState.Dying _ -> new FinishCleanup();
            case DomainState.Shell _ -> new Destroy("its creation was not finished");
            case DomainState.Built _, DomainState.Paused _, DomainState.Running _ ->
                intent.survivable() ? new Nothing() : new Destroy("its creation was not finished");
            case DomainState.ShutDown(ShutdownReason reason) -> afterStop(reason, intent);
        };
    }

    private static Attention afterStop(ShutdownReason reason, Intent intent) {
        if (!intent.survivable()) {
            return new Destroy("its creation was not finished");
        }
        return switch (reason) {
            case POWEROFF -> by(intent.onEvents().poweroff(), reason);
            case REBOOT -> by(intent.onEvents().reboot(), reason);
            case CRASH -> by(intent.onEvents().crash(), reason);
            case WATCHDOG -> by(intent.onEvents().watchdog(), reason);
            case SOFT_RESET -> by(intent.onEvents().softReset(), reason);
            case SUSPEND -> new Nothing();
            case UNKNOWN -> new Preserve("it stopped for a reason that jxl does not know");
        };
    }

    private static Attention by(EventAction action, ShutdownReason reason) {
        String why = "it stopped (" + reason.word() + ")";
        return switch (action) {
            case DESTROY, COREDUMP_DESTROY -> new Destroy(why);
            case RESTART, COREDUMP_RESTART, RENAME_RESTART, SOFT_RESET -> new Restart(why);
            case PRESERVE -> new Preserve(why);
        };
    }
}
