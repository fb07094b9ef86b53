package dev.jxl.xld.engine.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.host.DomainFacts;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryReservationsTest {
    private final MemoryReservations reservations = new MemoryReservations();
    private final DomainUuid one = DomainUuid.random();
    private final DomainUuid other = DomainUuid.random();

    private static DomainFacts domain(int domid, DomainUuid uuid, long kib, long claimed) {
        return new DomainFacts(
                new DomainId(domid),
                uuid,
                new DomainFacts.Flags(false, true, false, true, false, false),
                Optional.empty(),
                kib,
                kib,
                claimed,
                0,
                1,
                1,
                0);
    }

    @Test
    void whoComesLater_doesNotCountWhatEarlierOnesReserved() {
        try (var first = reservations.reserve(one, Optional.empty(), 1000);
                var second = reservations.reserve(other, Optional.empty(), 500)) {
            assertThat(first.before(List.of())).isZero();
            assertThat(second.before(List.of())).isEqualTo(1000);
            assertThat(reservations.all(List.of())).isEqualTo(1500);
        }
        assertThat(reservations.all(List.of())).isZero();
    }

    @Test
    void whatADomainHasTakenOrClaimed_isNotCountedTwice() {
        try (var first = reservations.reserve(one, Optional.empty(), 1000);
                var second = reservations.reserve(other, Optional.empty(), 500)) {
            assertThat(second.before(List.of(domain(1, one, 300, 400)))).isEqualTo(300);
            assertThat(second.before(List.of(domain(1, one, 1000, 200)))).isZero();
            assertThat(first.kib()).isEqualTo(1000);
        }
    }

    @Test
    void givenBack_itIsFreeForOthers() {
        var first = reservations.reserve(one, Optional.empty(), 1000);
        var second = reservations.reserve(other, Optional.empty(), 500);

        first.close();
        first.close();

        assertThat(second.before(List.of())).isZero();
        second.close();
    }
}
