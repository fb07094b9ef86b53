package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xld.api.DomainAction.Migrate;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.DaemonKilled;
import dev.jxl.xld.host.sim.SimLeftovers;
import dev.jxl.xld.host.sim.SimPipesOfAStranger;
import dev.jxl.xld.host.sim.SimSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Two simulated machines, the first of which reaches the second one's receiver of guests by any command. */
final class TwoHosts implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TwoHosts.class.getName());

    final SimulatedDaemon here;
    final SimulatedDaemon there;
    final SimLeftovers emptyHere;
    final SimLeftovers emptyThere;

    TwoHosts(Path folder) {
        here = new SimulatedDaemon(fresh(folder, "here"), SimSettings.standard().withHurry(10));
        there = new SimulatedDaemon(
                fresh(folder, "there"), SimSettings.standard().withHurry(10));
        emptyHere = here.world().leftovers();
        emptyThere = there.world().leftovers();
        here.world().links().receiver((from, to) -> {
            try {
                OperationView _ = there.toolstack().receive(from, to, false);
            } catch (ToolstackException | DaemonKilled e) {
                // The receiver's command ends, and with it the link.
                LOG.log(System.Logger.Level.DEBUG, "not received", e);
                SimPipesOfAStranger.close(from);
                SimPipesOfAStranger.close(to);
            }
        });
    }

    private static Path fresh(Path folder, String name) {
        try {
            return Files.createTempDirectory(folder, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void guest(String type) {
        assertThat(here.create(SimulatedDaemon.configuration("web", type, "")).failure())
                .isEmpty();
        here.awaitReady("web");
    }

    OperationView send(boolean live) {
        return here.act("web", new Migrate("there", "receive", live));
    }

    void requireRunsHereOnly() {
        there.awaitQuiet();
        assertThat(here.find("web").orElseThrow().state()).isEqualTo("running");
        assertThat(there.toolstack().listDomains().stream().map(DomainView::name))
                .noneMatch(name -> name.endsWith("--incoming"));
    }

    /** Whether what a failed removal has left is gone: the supervisor takes care of it. */
    boolean cleared(SimulatedDaemon daemon) {
        return !copies(daemon).isEmpty() || daemon.world().leftovers().equals(daemon == here ? emptyHere : emptyThere);
    }

    /** One copy runs, or the one here is kept, suspended, until somebody decides; and nothing else is left anywhere. */
    void requireOneCopy(String what) {
        List<DomainView> copiesHere = copies(here);
        List<DomainView> copiesThere = copies(there);
        long running = copiesHere.stream().filter(TwoHosts::runs).count()
                + copiesThere.stream().filter(TwoHosts::runs).count();
        assertThat(running).as(what + ": " + copiesHere + copiesThere).isLessThanOrEqualTo(1);
        if (running == 0) {
            assertThat(copiesHere).as(what).hasSize(1).allMatch(d -> d.name().equals("web--migratedaway"));
            assertThat(copiesHere.getFirst().shutdownReason()).as(what).contains("suspend");
        }
        if (copiesHere.isEmpty()) {
            assertThat(here.world().leftovers()).as(what).isEqualTo(emptyHere);
        }
        if (copiesThere.isEmpty()) {
            assertThat(there.world().leftovers()).as(what).isEqualTo(emptyThere);
        }
        assertThat(copiesThere).as(what).allMatch(d -> d.name().equals("web") && runs(d));
    }

    private static boolean runs(DomainView domain) {
        return domain.state().equals("running");
    }

    private static List<DomainView> copies(SimulatedDaemon daemon) {
        return daemon.toolstack().listDomains().stream()
                .filter(d -> d.name().startsWith("web"))
                .toList();
    }

    @Override
    public void close() {
        here.close();
        there.close();
    }
}
