package dev.jxl.xld.host.xen.dm;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.ToolstackException.DeviceModelFailed;
import dev.jxl.xld.host.xen.qmp.QmpConnection;
import dev.jxl.xld.host.xen.qmp.QmpException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/** The monitors of all QEMUs, on the sockets that xl uses too: a conversation for each question, one at a time with each. */
final class Monitors {
    private static final System.Logger LOG = System.getLogger(Monitors.class.getName());

    /**
     * xl gives 10 s, which a QEMU that still takes its devices needs for itself on a busy host.
     *
     * @source tools/libs/light/libxl_internal.h: LIBXL_QMP_CMD_TIMEOUT
     */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path run;
    private final Map<DomainId, ReentrantLock> conversations = new ConcurrentHashMap<>();

    Monitors(Path run) {
        this.run = run;
    }

    Object ask(DomainId domain, String command, Map<String, ?> arguments) {
        return converse(domain, QmpConnection::open, command, qmp -> answer(domain, qmp, command, arguments));
    }

    List<Object> askAll(DomainId domain, List<String> commands) {
        return converse(
                domain,
                QmpConnection::open,
                commands.getFirst(),
                qmp -> commands.stream()
                        .map(command -> answer(domain, qmp, command, Map.of()))
                        .toList());
    }

    /** Closes the file. For a platform thread. */
    Object askWithFile(DomainId domain, HandedFile file, String command, Map<String, ?> arguments) {
        try (file) {
            return converse(domain, QmpConnection::openForFiles, command, qmp -> file.ask(qmp, command, arguments));
        }
    }

    void forget(DomainId domain) {
        conversations.remove(domain);
    }

    private interface Opening {
        QmpConnection open(Path socket, Duration patience, Consumer<QmpConnection.Event> listener);
    }

    private <T> T converse(DomainId domain, Opening opening, String first, Function<QmpConnection, T> talk) {
        // QEMU talks to one at a time; xl waits for its turn too.
        ReentrantLock turn = conversations.computeIfAbsent(domain, d -> new ReentrantLock());
        turn.lock();
        try (QmpConnection qmp = opening.open(
                run.resolve("qmp-libxl-" + domain),
                PATIENCE,
                event -> LOG.log(System.Logger.Level.DEBUG, "domain " + domain + ": QEMU tells " + event.name()))) {
            return talk.apply(qmp);
        } catch (QmpException e) {
            throw unanswered(domain, first, e);
        } finally {
            turn.unlock();
        }
    }

    private static Object answer(DomainId domain, QmpConnection qmp, String command, Map<String, ?> arguments) {
        try {
            return qmp.execute(command, arguments);
        } catch (QmpException e) {
            throw unanswered(domain, command, e);
        }
    }

    private static DeviceModelFailed unanswered(DomainId domain, String command, QmpException e) {
        return new DeviceModelFailed(
                "asking the device model of domain " + domain + " for '" + command + "'",
                String.valueOf(e.getMessage()),
                e);
    }
}
