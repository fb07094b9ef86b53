package dev.jxl.xld.engine.move;

import dev.jxl.xld.api.DomainAction.Migrate;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.GuestStreams.AfterRound;
import dev.jxl.xld.host.GuestStreams.SendWatcher;
import dev.jxl.xld.host.Host;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What happens to a guest while it is sent to another host, and how far that has come. */
final class Sending implements SendWatcher {
    private static final int PAGES_PER_MIB = 256;
    private static final int PAGE_KIB = 4;

    private final Host host;
    private final Suspension suspension;
    private final Brakes brakes;
    private final Found domain;
    private final Optional<Path> state;
    private final OperationRun run;
    private final String doing;
    private final Precopy precopy;
    private int pressed;
    private String slowed = "";
    private boolean suspended;
    private boolean released;

    /**
     * Of one guest.
     *
     * @param state where its device model's state is written, where it has one that goes with it
     * @param doing what the operation's phases begin with
     */
    Sending(
            Host host,
            Suspension suspension,
            Brakes brakes,
            Found domain,
            Optional<Path> state,
            OperationRun run,
            Migrate request,
            String doing) {
        this.brakes = brakes;
        this.precopy = new Precopy(
                domain.facts().memoryKib() / PAGE_KIB,
                request.downtime(),
                System::nanoTime,
                request.autoConverge() ? this::slower : () -> false);
        this.host = host;
        this.suspension = suspension;
        this.domain = domain;
        this.state = state;
        this.run = run;
        this.doing = doing;
    }

    /** Whether the guest stands still. */
    boolean suspended() {
        return suspended;
    }

    /** Whether its disks may be the other host's. */
    boolean released() {
        return released;
    }

    /** From here on its disks may be the other host's. */
    void releasing() {
        released = true;
    }

    private boolean slower() {
        OptionalInt percent = brakes.press(domain, pressed++);
        percent.ifPresent(p -> slowed = ", slowed to " + p + " % of its CPU time");
        return percent.isPresent();
    }

    /** The guest has its whole CPU time again, if it was slowed. */
    void letLoose() {
        if (pressed > 0) {
            brakes.release(domain);
        }
    }

    @Override
    public void suspend() {
        suspension.suspendMeanwhile(domain, run, doing);
        suspended = true;
        letLoose();
        state.ifPresent(file -> host.deviceModel().saveState(domain.id(), file));
        run.phase(doing + ": sending the rest, while it stands still");
    }

    @Override
    public AfterRound round(int number, long sentPages, long dirtyPages) {
        run.phase(doing + ": round " + (number + 1) + ", " + precopy.sent(number, sentPages) / PAGES_PER_MIB
                + " MiB sent"
                + (dirtyPages < 0 || number == 0 ? "" : ", " + dirtyPages / PAGES_PER_MIB + " MiB written since")
                + slowed);
        return precopy.round(number, sentPages, dirtyPages);
    }

    @Override
    public void logDirty(boolean on) {
        if (state.isPresent()) {
            Object _ = host.deviceModel().ask(domain.id(), "xen-set-global-dirty-log", Map.of("enable", on));
        }
    }

    @Override
    public void phase(String words) {
        run.phase(doing + ": " + words);
    }

    @Override
    public void check() {
        run.checkCancelled();
    }
}
