package dev.jxl.xld.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xld.host.Processors.Topology;
import dev.jxl.xld.plan.NumaPlacement.Load;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The nodes that libxl's algorithm gives for the same host, load and domain. */
class NumaPlacementTest {
    private static final long GIB = 1 << 20;

    private static BitSet set(int from, int to) {
        BitSet set = new BitSet();
        set.set(from, to);
        return set;
    }

    private static List<Load> vcpus(int count, BitSet hard) {
        return Collections.nCopies(count, new Load(hard, set(0, 16), set(0, 8)));
    }

    private static Optional<String> choose(Topology host, BitSet pool, List<Load> loads, long needKib, int vcpus) {
        return NumaPlacement.choose(host, pool, loads, needKib, vcpus).map(BitSet::toString);
    }

    @Test
    void idleHost_givesTheFirstNodeThatFits() {
        assertThat(choose(Hosts.EIGHT_NODES, set(0, 16), List.of(), GIB, 2)).contains("{0}");
    }

    @Test
    void moreVcpusThanANodeHas_takeAsFewNodesAsCanBe() {
        assertThat(choose(Hosts.EIGHT_NODES, set(0, 16), List.of(), GIB, 3)).contains("{0, 1}");
        assertThat(choose(Hosts.EIGHT_NODES, set(0, 16), List.of(), GIB, 16)).contains("{0, 1, 2, 3, 4, 5, 6, 7}");
    }

    @Test
    void moreMemoryThanANodeHasFree_takesMoreNodes() {
        assertThat(choose(Hosts.EIGHT_NODES, set(0, 16), List.of(), 9 * GIB, 1)).contains("{0, 1}");
    }

    @Test
    void nodeOnWhichFewestVcpusCanRun_isTaken() {
        List<Load> loads = new ArrayList<>(vcpus(2, set(0, 2)));
        loads.addAll(vcpus(1, set(2, 4)));

        assertThat(choose(Hosts.EIGHT_NODES, set(0, 16), loads, GIB, 2)).contains("{2}");
    }

    @Test
    void vcpuThatCanRunEverywhere_isALoadOnEachNodeItsDomainHas() {
        BitSet nodes = set(0, 3);
        List<Load> loads = List.of(new Load(set(0, 16), set(0, 16), nodes));

        assertThat(choose(Hosts.EIGHT_NODES, set(0, 16), loads, GIB, 2)).contains("{3}");
    }

    @Test
    void equalLoad_isDecidedByFreeMemoryThenByNumber() {
        Topology host = Hosts.host(Collections.nCopies(8, 0), 4, List.of(4 * GIB, 6 * GIB, 6 * GIB, 5 * GIB));

        assertThat(choose(host, set(0, 8), List.of(), GIB, 2)).contains("{1}");
    }

    @Test
    void loadCountsBeforeMemory() {
        Topology host = Hosts.host(Collections.nCopies(8, 0), 4, List.of(4 * GIB, 6 * GIB, 6 * GIB, 5 * GIB));
        List<Load> loads = List.of(
                new Load(set(2, 4), set(0, 8), set(0, 4)),
                new Load(set(4, 6), set(0, 8), set(0, 4)),
                new Load(set(6, 8), set(0, 8), set(0, 4)));

        assertThat(choose(host, set(0, 8), loads, GIB, 2)).contains("{0}");
    }

    @Test
    void nodesOutsideOfThePool_areNotTaken() {
        assertThat(choose(Hosts.EIGHT_NODES, set(6, 16), List.of(), GIB, 2)).contains("{3}");
    }

    @Test
    void vcpusInAnotherPool_areNoLoadHere() {
        List<Load> loads = List.of(new Load(set(0, 16), set(0, 4), set(0, 8)));

        assertThat(choose(Hosts.EIGHT_NODES, set(4, 16), loads, GIB, 2)).contains("{2}");
    }

    @Test
    void unevenNodes_areTriedFromOneUp() {
        Topology host = Hosts.uneven(List.of(0, 1, 1, 1), List.of(8 * GIB, 4 * GIB));

        assertThat(choose(host, set(0, 4), List.of(), GIB, 3)).contains("{1}");
        assertThat(choose(host, set(0, 4), List.of(), 6 * GIB, 3)).contains("{0, 1}");
    }

    @Test
    void nothingThatFits_leavesTheDomainEverywhere() {
        assertThat(choose(Hosts.EIGHT_NODES, set(0, 16), List.of(), 65 * GIB, 2))
                .isEmpty();
        assertThat(choose(Hosts.EIGHT_NODES, set(0, 16), List.of(), GIB, 17)).isEmpty();
    }

    @Test
    void oneNode_leavesNothingToChoose() {
        Topology host = Hosts.host(Collections.nCopies(4, 0), 1, List.of(8 * GIB));

        assertThat(choose(host, set(0, 4), List.of(), GIB, 2)).isEmpty();
    }

    @Test
    void moreThanSixteenNodes_areTooManyToTry() {
        Topology host = Hosts.host(Collections.nCopies(34, 0), 17, Collections.nCopies(17, 8 * GIB));

        assertThat(choose(host, set(0, 34), List.of(), GIB, 2)).isEmpty();
    }
}
