package dev.jxl.xld.engine.definition;

import dev.jxl.config.DomainUuid;
import dev.jxl.config.OnEvents.AtHostStop;
import dev.jxl.xld.api.DomainAction.Save;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.action.Actions;
import dev.jxl.xld.engine.domain.Defined;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.model.DomainState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Saves the guests that are to go on at the host's next start; one that cannot be saved is to be stopped like the others. */
final class HostStopSaves {
    private static final System.Logger LOG = System.getLogger(HostStopSaves.class.getName());

    private final Defined defined;
    private final Managed managed;
    private final Actions actions;
    private final DomainLog log;
    private final long lastMoment;
    private final Map<DomainUuid, OperationRun> runs = new HashMap<>();
    private final Set<DomainUuid> failed = new HashSet<>();

    /** @param lastMoment from when on a save is given up, in ns of the clock that never goes back: stopping takes its time too */
    HostStopSaves(Defined defined, Managed managed, Actions actions, DomainLog log, long lastMoment) {
        this.defined = defined;
        this.managed = managed;
        this.actions = actions;
        this.log = log;
        this.lastMoment = lastMoment;
    }

    /** Whether a guest is being saved, or has been; to be asked again and again. */
    boolean attend(Found now) {
        if (failed.contains(now.uuid()) || !wanted(now)) {
            return false;
        }
        OperationRun run = runs.get(now.uuid());
        if (run == null) {
            return now.state() instanceof DomainState.Running && begun(now);
        }
        OperationView view = run.view();
        if (view.failure().isPresent()) {
            fail(now, view.failure().get().message());
            return false;
        }
        if (!view.status().ended() && System.nanoTime() > lastMoment) {
            run.requestCancel();
        }
        return true;
    }

    private boolean wanted(Found guest) {
        return managed.find(guest.uuid()).isPresent()
                && defined.find(guest.uuid())
                        .map(Defined.Entry::spec)
                        .filter(spec -> spec.onEvents().hostStop() == AtHostStop.SAVE && !spec.driverDomain())
                        .isPresent();
    }

    private boolean begun(Found now) {
        try {
            runs.put(
                    now.uuid(),
                    actions.start(now, new Save(managed.saves().fileOf(now.uuid()), Save.Afterwards.DESTROY)));
        } catch (ToolstackException.DomainBusy e) {
            return System.nanoTime() < lastMoment;
        } catch (ToolstackException e) {
            fail(now, String.valueOf(e.getMessage()));
            return false;
        }
        return true;
    }

    private void fail(Found guest, String why) {
        failed.add(guest.uuid());
        LOG.log(
                System.Logger.Level.WARNING,
                "'" + guest.name() + "' could not be saved for the host's stop, it is asked to power off: " + why);
        log.tell("domain.save-failed", guest.uuid(), guest.name(), guest.id().value(), Map.of("why", why));
    }
}
