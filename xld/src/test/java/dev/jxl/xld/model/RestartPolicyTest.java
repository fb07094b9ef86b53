package dev.jxl.xld.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    private static final RestartPolicy POLICY = RestartPolicy.STANDARD;

    /** A domain that lives for so long, so many times. */
    private static List<RestartHistory> lives(Duration life, int times) {
        List<RestartHistory> all = new ArrayList<>();
        Instant now = NOON;
        RestartHistory history = RestartHistory.beginning(now);
        for (int domid = 1; domid <= times; domid++) {
            now = now.plus(life);
            history = POLICY.stopped(history, domid, now);
            all.add(history);
            now = history.notBefore();
            history = history.startedAgain(now);
        }
        return all;
    }

    @Test
    void shortLives_areFollowedByLongerAndLongerPausesAndThenByNone() {
        List<RestartHistory> all = lives(Duration.ofSeconds(5), 11);
        Instant end = NOON;
        List<Long> pauses = new ArrayList<>();
        for (RestartHistory history : all.subList(0, 10)) {
            end = end.plusSeconds(5);
            pauses.add(Duration.between(end, history.notBefore()).toSeconds());
            assertThat(history.givenUp()).isEmpty();
            end = history.notBefore();
        }
        assertThat(pauses).containsExactly(0L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L, 60L);
        assertThat(all.getLast().givenUp()).contains("11 times", "60 s");
    }

    @Test
    void failedRestarts_areTriedAgainAfterLongerAndLongerPausesAndThenGivenUp() {
        RestartHistory history = RestartHistory.beginning(NOON);
        List<Long> pauses = new ArrayList<>();
        for (int i = 1; i < 10; i++) {
            history = POLICY.failed(history, "no memory", NOON);
            pauses.add(Duration.between(NOON, history.notBefore()).toSeconds());
            assertThat(history.givenUp()).isEmpty();
        }
        assertThat(pauses).containsExactly(2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L, 60L);
        history = POLICY.failed(history, "no bridge", NOON);
        assertThat(history.givenUp()).contains("10 times", "no bridge");
        assertThat(history.startedAgain(NOON).failedStarts()).isZero();
    }

    @Test
    void longLives_areFollowedByARestartAtOnce() {
        assertThat(lives(Duration.ofSeconds(61), 50)).allSatisfy(history -> {
            assertThat(history.quickStops()).isZero();
            assertThat(history.givenUp()).isEmpty();
        });
    }

    @Test
    void longLifeAmongShortOnes_beginsTheCountAnew() {
        RestartHistory often = lives(Duration.ofSeconds(5), 6).getLast().startedAgain(NOON);
        assertThat(POLICY.stopped(often, 7, NOON.plusSeconds(100)).quickStops()).isZero();
    }

    @Test
    void stopThatAUserAskedFor_doesNotCount() {
        RestartHistory asked =
                lives(Duration.ofSeconds(5), 6).getLast().startedAgain(NOON).askedToStop();
        RestartHistory stopped = POLICY.stopped(asked, 7, NOON.plusSeconds(1));
        assertThat(stopped.quickStops()).isZero();
        assertThat(stopped.asked()).isFalse();
    }

    @Test
    void stopSeenTwice_countsOnce() {
        RestartHistory once = POLICY.stopped(RestartHistory.beginning(NOON), 3, NOON.plusSeconds(1));
        assertThat(POLICY.stopped(once, 3, NOON.plusSeconds(2))).isEqualTo(once);
    }
}
