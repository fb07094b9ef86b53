package dev.jxl.xld.engine.driver;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.api.ToolstackException.WrongState;
import dev.jxl.xld.engine.device.DriverAnswers;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.Host;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Puts another jxl-backend into a driver domain that lives on: the new one takes up the rings as it would after its own crash. It is on
 * trial, with the old one beside it, until jxld has seen what the clients ask for move; in every other case, a dead jxld included, the
 * driver domain itself puts the old one back.
 */
public final class DriverUpgrade {
    /** The kind of the operation. */
    public static final String KIND = "driver-upgrade";

    static final int STEPS = 3;

    private final Host host;
    private final Managed managed;
    private final DomainLog log;
    private final Clock clock;
    private final DriverDrain drain;

    DriverUpgrade(Host host, Managed managed, DomainLog log, Clock clock, DriverDrain drain) {
        this.host = host;
        this.managed = managed;
        this.log = log;
        this.clock = clock;
        this.drain = drain;
    }

    /**
     * Reads a program for a driver domain.
     *
     * @throws ToolstackException.InvalidRequest when it is none
     * @throws WrongState when the domain cannot take one
     */
    DriverProgram program(Entry entry, Optional<Path> file) {
        String name = "driver domain '" + entry.spec().name() + "'";
        DomainId number = DriverRestart.number(entry);
        OptionalLong protocol =
                drain.isAlive(entry) ? DriverHealth.protocol(host.store(), number) : OptionalLong.empty();
        if (protocol.isEmpty()) {
            throw new WrongState(name + " has no jxl-backend that runs; what it starts with is its image's");
        }
        if (protocol.getAsLong() < DriverProgram.PROTOCOL) {
            throw new WrongState(name + " has a jxl-backend (" + version(number)
                    + ") that cannot be upgraded while it runs: make its image again, and 'jxl driver restart "
                    + entry.spec().name() + "'");
        }
        return DriverProgram.read(host.files(), file.orElse(DriverProgram.PACKAGED));
    }

    Operations.Body body(Entry entry, DriverProgram program) {
        return run -> {
            managed.requireCurrent(entry);
            DomainId number = DriverRestart.number(entry);
            String name = entry.spec().name();
            String before = version(number);
            noteServed(number);
            ProgramOffer offer = ProgramOffer.of(host, number, () -> drain.isAlive(entry));
            try {
                run.step("sending jxl-backend " + program.version() + " to driver domain '" + name + "'", 0);
                offer.send(program, run::checkCancelled);
                run.step("starting jxl-backend " + program.version() + " in driver domain '" + name + "'", 1);
                offer.begin(run::checkCancelled);
                run.step("waiting for the clients of '" + name + "'", 2);
                awaitClients(number, run);
                offer.keep();
                offer.remove();
            } catch (RuntimeException failure) {
                run.cleaning("ending the upgrade of driver domain '" + name + "'");
                requireStays(entry, before, program, offer, failure);
            }
            log.tell(
                    "driver.upgraded",
                    entry.uuid(),
                    name,
                    number.value(),
                    Map.of("from", before, "to", program.version()));
        };
    }

    /** It is jxl's program that serves them: whether they move is to be seen. */
    private void noteServed(DomainId number) {
        if (DriverAnswers.ready(host.store(), number)) {
            DriverClients clients = new DriverClients(host);
            clients.noteInOrder(clients.list(number));
        }
    }

    private void awaitClients(DomainId number, OperationRun run) {
        DriverTimeline timeline = new DriverTimeline(clock, clock.instant());
        DriverReturn back = new DriverReturn(host, new DriverClients(host), number, run);
        back.awaitConnected(timeline);
        back.awaitMoving(timeline, false);
    }

    /** After a failure: the new one has the domain for good, or the user is told that it has not. */
    private static void requireStays(
            Entry entry, String before, DriverProgram program, ProgramOffer offer, RuntimeException failure) {
        String name = entry.spec().name();
        ProgramOffer.End end;
        try {
            end = offer.end();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            end = ProgramOffer.End.LOST;
        }
        if (end == ProgramOffer.End.STAYS) {
            return;
        }
        if (!(failure instanceof ProgramOffer.Refused || failure instanceof ToolstackException.DeviceFailed)) {
            throw failure;
        }
        throw new ToolstackException.DeviceFailed(
                "driver domain '" + name + "'",
                "upgrading its program to jxl-backend " + program.version(),
                failure.getMessage() + "; "
                        + (end == ProgramOffer.End.BACK
                                ? "jxl-backend " + before + " serves its clients"
                                : "nothing tells that jxl-backend " + before + " is back: 'jxl driver restart " + name
                                        + "' makes the domain again"),
                failure);
    }

    /** Ends what an earlier jxld had begun: the new one stays when it had been told to, and goes otherwise. */
    Operations.Body settled(Entry entry) {
        return run -> {
            managed.requireCurrent(entry);
            DomainId number = DriverRestart.number(entry);
            run.step(
                    "ending an interrupted upgrade of driver domain '"
                            + entry.spec().name() + "'",
                    0);
            ProgramOffer.findLeft(host, number, () -> drain.isAlive(entry)).ifPresent(left -> {
                ProgramOffer.End _ = left.end();
            });
            new DriverReturn(host, new DriverClients(host), number, run)
                    .awaitConnected(new DriverTimeline(clock, clock.instant()));
        };
    }

    private String version(DomainId number) {
        return DriverHealth.version(host.store(), number).orElse("of an unknown version");
    }
}
