package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jxl.xld.api.DomainAction.Migrate;
import dev.jxl.xld.api.DomainAction.Migrate.Peer;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.MigrationView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.MigrationLink;
import dev.jxl.xld.host.sim.DaemonKilled;
import dev.jxl.xld.host.sim.SimLeftovers;
import dev.jxl.xld.host.sim.SimPipesOfAStranger;
import dev.jxl.xld.host.sim.SimSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

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
        here.world().links().reaches("there", there.world().links(), "here");
        there.world().links().reaches("here", here.world().links(), "there");
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
        guest(type, "");
    }

    /** One with more lines in its configuration. */
    void guest(String type, String more) {
        assertThat(here.create(SimulatedDaemon.configuration("web", type, more)).failure())
                .isEmpty();
        here.awaitReady("web");
    }

    OperationView send(boolean live) {
        return here.act("web", new Migrate("there", "receive", live));
    }

    /** By what jxld says to jxld. */
    static final Migrate TO_JXLD =
            new Migrate("there", new Peer("there", Peer.PORT, false, 0), true, Migrate.DOWNTIME, false);

    OperationView sendToJxld() {
        return here.act("web", TO_JXLD);
    }

    /** Of the sender's words on a link this is the one that gives a PVH guest away: question, twice a text in two parts, "yours". */
    int lastWordOfTheSender() {
        return 6;
    }

    /** What the second machine's jxld answers when it is asked for a guest. */
    String answerThere(String caller, String id) {
        return ask(caller, "{\"jxl\":1,\"ask\":\"whose\",\"id\":\"" + id + "\"}");
    }

    /** Why the second machine does not take a guest of this one when a word in its configuration is another. */
    String refusalThere(String word, String other) {
        return offerThere(offer ->
                offer.put("configuration", offer.get("configuration").asText().replace(word, other)));
    }

    /** What the second machine answers when it is offered a guest of this one, with something changed. */
    String offerThere(Consumer<ObjectNode> changed) {
        guest("pvh");
        ObjectNode offer = JsonNodeFactory.instance
                .objectNode()
                .put("jxl", 1)
                .put("ask", "take")
                .put("id", "0a7c1e52-0a0c-4d7e-8d4e-5f1f9d0f2a11")
                .put("xen", "4.20")
                .put("configuration", here.toolstack().configOf("web").libxlJson());
        changed.accept(offer);
        return ask("here", offer.toString());
    }

    /** Says something to the second machine's jxld, and gives its answer. */
    String ask(String caller, String question) {
        here.world().links().reaches("there", there.world().links(), caller);
        byte[] text = question.getBytes(StandardCharsets.UTF_8);
        try (MigrationLink link = here.host().migrations().call(Peer.parse("there"))) {
            link.send(
                    ByteBuffer.allocate(4 + text.length)
                            .putInt(text.length)
                            .put(text)
                            .array(),
                    () -> {});
            int length = ByteBuffer.wrap(link.receive(4, SimulatedDaemon.SOON, () -> {}))
                    .getInt();
            return new String(link.receive(length, SimulatedDaemon.SOON, () -> {}), StandardCharsets.UTF_8);
        } finally {
            here.world().links().reaches("there", there.world().links(), "here");
        }
    }

    /** Both know where the guest is, and nothing is left to be done. */
    boolean settled() {
        return Stream.of(here, there)
                .flatMap(daemon -> daemon.toolstack().migrations().list().stream())
                .allMatch(MigrationView::settled);
    }

    /** Exactly one copy, which runs under its own name; and nothing else is left anywhere. */
    void requireExactlyOne(String what) {
        requireOneCopy(what);
        List<DomainView> all = Stream.of(here, there)
                .flatMap(daemon -> copies(daemon).stream())
                .toList();
        assertThat(all).as(what).hasSize(1).allMatch(d -> d.name().equals("web") && runs(d));
        if (!what.contains("scripts.run pre-release")) {
            requireDisksWithGuest(what);
        }
    }

    /** What was run last where the guest is has got its disks, and where it is not has let go of them. */
    private void requireDisksWithGuest(String what) {
        boolean isHere = !copies(here).isEmpty();
        assertThat(lastHook(isHere ? here : there)).as(what).isIn("", "post-acquire");
        assertThat(lastHook(isHere ? there : here)).as(what).isIn("", "pre-release");
    }

    static String lastHook(SimulatedDaemon daemon) {
        return daemon.world().scriptRuns().stream()
                .map(run -> run.split(" ", 2)[0])
                .filter(List.of("pre-release", "post-acquire")::contains)
                .reduce("", (before, last) -> last);
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
            here.requireLeft(emptyHere, what);
        }
        if (copiesThere.isEmpty()) {
            there.requireLeft(emptyThere, what);
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
