package dev.jxl.xld.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.EventAction;
import dev.jxl.config.OnEvents;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.Flags;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionTest {
    private static final Intent COMPLETE = new Intent(OnEvents.DEFAULT, true);
    private static final Intent UNFINISHED = new Intent(OnEvents.DEFAULT, false);

    @Test
    void runningAndComplete_nothing() {
        assertThat(Attention.of(running(), COMPLETE)).isEqualTo(new Attention.Nothing());
    }

    @Test
    void runningButUnfinished_destroyed() {
        assertThat(Attention.of(running(), UNFINISHED)).isInstanceOf(Attention.Destroy.class);
    }

    @Test
    void shellWithMark_destroyedThoughTheRecordSaysComplete() {
        Observation marked = new Observation(running().facts(), true, true);
        assertThat(Attention.of(marked, COMPLETE)).isInstanceOf(Attention.Destroy.class);
    }

    @Test
    void completeAndWithoutNodes_isLeftAlone() {
        Observation forgotten = new Observation(running().facts(), false, false);
        assertThat(Attention.of(forgotten, COMPLETE)).isInstanceOf(Attention.Preserve.class);
        assertThat(Attention.of(forgotten, UNFINISHED)).isInstanceOf(Attention.Destroy.class);
        Observation paused = new Observation(
                seen(new Flags(false, true, false, true, false, false), Optional.empty())
                        .facts(),
                false,
                false);
        assertThat(Attention.of(paused, COMPLETE)).isEqualTo(new Attention.Nothing());
    }

    @Test
    void gone_cleanedUp() {
        assertThat(Attention.of(new Observation(Optional.empty(), false, false), COMPLETE))
                .isEqualTo(new Attention.FinishCleanup());
        assertThat(Attention.of(new Observation(Optional.empty(), true, false), COMPLETE))
                .isEqualTo(new Attention.FinishCleanup());
    }

    @Test
    void dying_cleanedUp() {
        assertThat(Attention.of(seen(new Flags(true, false, false, false, false, false), Optional.empty()), COMPLETE))
                .isEqualTo(new Attention.FinishCleanup());
    }

    @Test
    void madeAgainInVain_isMadeAgainWhateverIsLeftOfIt() {
        Intent awaited = new Intent(OnEvents.DEFAULT, false, false, true);
        assertThat(Attention.of(new Observation(Optional.empty(), false, false), awaited))
                .isEqualTo(new Attention.Restart(Attention.FAILED_BEFORE));
        assertThat(Attention.of(seen(new Flags(false, true, false, false, false, false), Optional.empty()), awaited))
                .isEqualTo(new Attention.Restart(Attention.FAILED_BEFORE));
    }

    @ParameterizedTest
    @CsvSource({
        "POWEROFF, DESTROY, Destroy",
        "POWEROFF, RESTART, Restart",
        "POWEROFF, PRESERVE, Preserve",
        "REBOOT, RESTART, Restart",
        "CRASH, PRESERVE, Preserve",
        "CRASH, RESTART, Restart",
        "WATCHDOG, DESTROY, Destroy",
        "WATCHDOG, COREDUMP_RESTART, DumpCore",
        "CRASH, COREDUMP_DESTROY, DumpCore",
        "CRASH, RENAME_RESTART, RenameAndRestart",
        "SOFT_RESET, SOFT_RESET, SoftReset",
        "SOFT_RESET, RESTART, Restart",
        "POWEROFF, SOFT_RESET, Restart",
        "SUSPEND, DESTROY, Nothing",
        "UNKNOWN, DESTROY, Preserve",
    })
    void stopped_asAskedForThatReason(ShutdownReason reason, EventAction action, String expected) {
        Intent all = new Intent(events(action), true);
        Observation stopped = seen(new Flags(false, false, true, false, false, false), Optional.of(reason));
        assertThat(Attention.of(stopped, all).getClass().getSimpleName()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"COREDUMP_DESTROY, Destroy", "COREDUMP_RESTART, Restart"})
    void stoppedAndDumped_whatFollowsTheDump(EventAction action, String expected) {
        Intent dumped = new Intent(events(action), true, true, false);
        Observation stopped =
                seen(new Flags(false, false, true, false, false, false), Optional.of(ShutdownReason.CRASH));
        assertThat(Attention.of(stopped, dumped).getClass().getSimpleName()).isEqualTo(expected);
    }

    private static OnEvents events(EventAction action) {
        return new OnEvents(action, action, action, action, action, action, OnEvents.DEFAULT.hostStop());
    }

    private static Observation running() {
        return seen(new Flags(false, true, false, false, true, false), Optional.empty());
    }

    private static Observation seen(Flags flags, Optional<ShutdownReason> reason) {
        DomainFacts facts =
                new DomainFacts(new DomainId(7), DomainUuid.random(), flags, reason, 1024, 1024, 0, 5, 1, 1, 0);
        return new Observation(Optional.of(facts), true, false);
    }
}
