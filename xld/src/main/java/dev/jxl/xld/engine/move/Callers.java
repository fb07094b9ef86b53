package dev.jxl.xld.engine.move;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.GuestType;
import dev.jxl.config.SpecProblem;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import dev.jxl.xld.engine.domain.SpecReader;
import dev.jxl.xld.engine.life.Snapshots;
import dev.jxl.xld.engine.move.PeerTalk.Answer;
import dev.jxl.xld.engine.move.PeerTalk.Question;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Outage;
import dev.jxl.xld.host.CpuPolicy;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.IncomingGuest.ArrivingGuest;
import dev.jxl.xld.host.MigrationLink;
import dev.jxl.xld.host.MigrationLinks;
import dev.jxl.xld.store.Database.StoreFailure;
import dev.jxl.xld.store.HandOverRecords;
import dev.jxl.xld.store.HandOverRecords.Direction;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Answers the jxld of other hosts: whether a guest would be taken, and what became of one that was sent. */
public final class Callers implements MigrationLinks.Answering {
    private static final System.Logger LOG = System.getLogger(Callers.class.getName());
    private static final String SOURCE = "the configuration of the guest";
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Host host;
    private final HandOverRecords records;
    private final Arrivals arrivals;

    /** What of guests that came from elsewhere an earlier jxld has decided stands in {@code records}. */
    public Callers(Host host, HandOverRecords records, Arrivals arrivals) {
        this.host = host;
        this.records = records;
        this.arrivals = arrivals;
    }

    @Override
    public void answer(String caller, MigrationLink link) {
        try {
            PeerTalk talk = new PeerTalk(link, () -> {});
            switch (talk.question()) {
                case Question.Take take -> take(caller, take, link, talk);
                case Question.Whose(String id) -> {
                    talk.say(whose(id, caller));
                    link.close();
                }
            }
        } catch (ToolstackException | StoreFailure e) {
            LOG.log(System.Logger.Level.WARNING, "a call from " + caller + ": " + e.getMessage());
            link.close();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a call from " + caller + " met a defect of jxl", e);
            link.close();
        } catch (Error e) {
            link.close();
            throw e;
        }
    }

    /** Only who sent it is told. */
    private Answer whose(String id, String caller) {
        return records.find(id, Direction.IN)
                .filter(h -> h.peer().equals(caller))
                .map(h -> switch (h.state()) {
                    case RUNS -> Answer.RUNS;
                    case REFUSED -> Answer.REFUSED;
                    default -> Answer.PENDING;
                })
                .orElse(Answer.UNKNOWN);
    }

    private void take(String caller, Question.Take take, MigrationLink link, PeerTalk talk) {
        try {
            Outage.told(() -> {
                requirePossible(take, link);
                return true;
            });
        } catch (ToolstackException e) {
            LOG.log(System.Logger.Level.INFO, "a guest of " + caller + " is not taken: " + e.getMessage());
            talk.refuse(e);
            link.close();
            return;
        }
        talk.sayReady();
        OperationRun _ =
                arrivals.receive(link, take.paused(), Optional.of(new Arrival.Ticket(take.id(), caller, records)));
    }

    /** All that can be known before the guest is sent; the making of the domain looks again. */
    private void requirePossible(Question.Take take, MigrationLink link) {
        if (!ID.matcher(take.id()).matches()
                || records.find(take.id(), Direction.IN).isPresent()) {
            throw new MigrationFailed("a migration of that id has been here before", null);
        }
        XenRelease here = XenRelease.of(host.info());
        if (XenRelease.parse(take.xenVersion())
                .filter(there -> there.compareTo(here) <= 0)
                .isEmpty()) {
            throw new ToolstackException.HostUnsupported("xen: this host has Xen " + here
                    + ", and can only take guests of that or an older one, not of '" + take.xenVersion() + "'");
        }
        DomainSpec spec = SpecReader.readSaved(take.configuration(), SOURCE).spec();
        requireType(spec);
        take.cpu().ifPresent(cpu -> requireCpu(cpu, spec));
        arrivals.requireFreeName(spec);
        var _ = Snapshots.plan(
                host,
                SOURCE,
                Arrival.incoming(spec),
                take.paused(),
                Optional.of(new ArrivingGuest(link, take.configuration())));
    }

    /** @source tools/libs/light/libxl_x86.c: xen_virt_caps; docs/man/xl.1.pod.in: virt_caps */
    private void requireType(DomainSpec spec) {
        String need = spec.type() == GuestType.PV ? "pv" : "hvm";
        List<String> caps = host.info().virtCaps();
        if (!caps.contains(need)) {
            throw impossible(
                    "type",
                    List.of("this host's Xen runs no " + spec.type().word() + " guests (its virt_caps are "
                            + String.join(" ", caps) + ")"));
        }
    }

    private void requireCpu(CpuPolicy cpu, DomainSpec spec) {
        List<String> problems = CpuFit.problems(cpu, host.hypervisor().mostCpuPolicy(spec.type()));
        if (!problems.isEmpty()) {
            throw impossible("cpuid", problems);
        }
    }

    private static ToolstackException.InvalidSpec impossible(String field, List<String> problems) {
        return new ToolstackException.InvalidSpec(
                SOURCE,
                problems.stream()
                        .map(words -> new SpecProblem(SpecProblem.Severity.ERROR, 0, 0, field, words))
                        .toList());
    }
}
