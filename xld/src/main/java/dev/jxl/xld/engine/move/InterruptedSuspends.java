package dev.jxl.xld.engine.move;

import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.LeftStopped;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import java.util.Optional;

/**
 * Guests that an earlier jxld was suspending, for a save or a migration that it did not come to the end of: they go on. For one that may
 * have taken the request and is not suspended yet there is an operation that waits for it, which a jxld after this one takes up as well.
 */
public final class InterruptedSuspends {
    /** The kind of their operations. */
    public static final String KIND = "let-go-on";

    private static final System.Logger LOG = System.getLogger(InterruptedSuspends.class.getName());

    private final Operations operations;
    private final Suspension suspension;
    private final LeftStopped left;

    /** Each goes on as an operation of its own; what cannot is told as left stopped. */
    public InterruptedSuspends(Operations operations, Suspension suspension, LeftStopped left) {
        this.left = left;
        this.operations = operations;
        this.suspension = suspension;
    }

    /**
     * To be called before the operation of the earlier jxld is ended: its entry is what the next one has, if this one ends, too.
     *
     * @param open the earlier jxld's save or migration, or operation of this kind
     * @return why it stays suspended, when Xen or xenstore does not let it go on; that is told, and no reason to leave the others alone
     */
    public Optional<String> recover(Found domain, OperationView open) {
        boolean asked = open.kind().equals(KIND) || Suspension.mayHaveAsked(open);
        try {
            if (suspension.recover(domain, asked)) {
                return Optional.empty();
            }
        } catch (ToolstackException | XenStoreException.Refused e) {
            String advice =
                    "'jxl resume " + domain.name() + "' tries it again, 'jxl destroy " + domain.name() + "' removes it";
            left.add(domain, "it could not be let go on when jxld came back: " + e.getMessage(), advice);
            return Optional.of("the guest could not be let go on: " + e.getMessage() + "; " + advice);
        }
        await(domain);
        return Optional.empty();
    }

    private void await(Found domain) {
        try {
            OperationRun _ = operations.startUnasked(
                    KIND,
                    new Operations.Subject(
                            domain.uuid(),
                            domain.name(),
                            Optional.of(domain.id().value())),
                    1,
                    run -> perform(domain, run));
        } catch (ToolstackException.DomainBusy e) {
            // Killed twice: the operation and the one that takes it up were open, and one of them is enough.
            LOG.log(System.Logger.Level.DEBUG, "it is waited for already: " + e.getMessage());
        }
    }

    private void perform(Found domain, OperationRun run) {
        run.step(
                "waiting until '" + domain.name()
                        + "' is suspended, as an earlier jxld has asked it to, and letting it go on",
                0);
        try {
            suspension.letGoOnWhenSuspended(domain, run);
        } catch (ToolstackException.DomainNotFound e) {
            LOG.log(System.Logger.Level.DEBUG, "there is nothing to wait for any more: " + e.getMessage());
        }
    }
}
