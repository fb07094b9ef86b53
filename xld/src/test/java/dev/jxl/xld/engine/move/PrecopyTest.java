package dev.jxl.xld.engine.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xld.host.GuestStreams.AfterRound;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When a guest that is being sent is suspended. */
class PrecopyTest {
    private static final long PAGES = 100_000;
    private static final Duration DOWNTIME = Duration.ofMillis(100);

    private final AtomicLong nanos = new AtomicLong();
    private int slower;
    private final Precopy precopy = new Precopy(PAGES, DOWNTIME, nanos::get, () -> slower-- > 0);

    private AfterRound after(long millis, int number, long sent, long dirty) {
        nanos.addAndGet(Duration.ofMillis(millis).toNanos());
        return precopy.round(number, sent, dirty);
    }

    /** Reaching the other host takes its time, in which nothing can be sent. */
    @Test
    void clockBeginsWithTheFirstRound() {
        assertThat(after(60_000, 0, 0, -1)).isEqualTo(AfterRound.ANOTHER);
        assertThat(after(1000, 1, PAGES, -1)).isEqualTo(AfterRound.ANOTHER);
        // 100000 pages a second: 9000 take 90 ms.
        assertThat(after(0, 1, PAGES, 9000)).isEqualTo(AfterRound.SUSPEND);
    }

    @Test
    void moreThanTheDowntimeAllows_anotherRound() {
        assertThat(after(0, 0, 0, -1)).isEqualTo(AfterRound.ANOTHER);
        assertThat(after(1000, 1, PAGES, 11_000)).isEqualTo(AfterRound.ANOTHER);
    }

    /** A guest's highest page is just below 4 GiB, however little memory it has. */
    @Test
    void holesBetweenItsPages_areNotSent() {
        long holes = (1 << 20) - PAGES;
        assertThat(after(0, 0, 0, -1)).isEqualTo(AfterRound.ANOTHER);
        assertThat(after(1000, 1, PAGES + holes, 11_000)).isEqualTo(AfterRound.ANOTHER);
        assertThat(precopy.sent(1, PAGES + holes)).isEqualTo(PAGES);
        assertThat(after(110, 2, PAGES + holes + 11_000, 10_100)).isEqualTo(AfterRound.ANOTHER);
        assertThat(precopy.sent(2, PAGES + holes + 11_000)).isEqualTo(PAGES + 11_000);
    }

    /** The receiver's process takes 9 s to start: what goes after the first round goes as fast as the way is. */
    @Test
    void receiverThatIsSlowToBegin_isMeasuredByTheLaterRounds() {
        assertThat(after(0, 0, 0, -1)).isEqualTo(AfterRound.ANOTHER);
        assertThat(after(10_000, 1, PAGES, 20_000)).isEqualTo(AfterRound.ANOTHER);
        assertThat(after(200, 2, PAGES + 20_000, 9000)).isEqualTo(AfterRound.SUSPEND);
    }

    @Test
    void fewPagesThatOnlyWentIntoBuffers_areNoMeasure() {
        assertThat(after(0, 0, 0, -1)).isEqualTo(AfterRound.ANOTHER);
        assertThat(after(10_000, 1, PAGES, 3000)).isEqualTo(AfterRound.ANOTHER);
        assertThat(after(1, 2, PAGES + 3000, 2000)).isEqualTo(AfterRound.ANOTHER);
    }

    /** How many rounds there are until the guest is suspended, when none of them gains anything. */
    private int roundsWithoutGain() {
        assertThat(after(0, 0, 0, -1)).isEqualTo(AfterRound.ANOTHER);
        AfterRound last = AfterRound.ANOTHER;
        int number = 1;
        while (last == AfterRound.ANOTHER) {
            last = after(1000, number, PAGES * number, 50_000);
            number++;
        }
        return number;
    }

    @Test
    void roundsThatGainNothing_areEnded() {
        assertThat(roundsWithoutGain()).isBetween(4, 8);
    }

    /** Each time that it is slowed it gets rounds of its own. */
    @Test
    void guestThatCanBeSlowed_isSlowedFirst() {
        slower = 2;
        assertThat(roundsWithoutGain()).isBetween(10, 14);
        assertThat(slower).isEqualTo(-1);
    }
}
