package dev.jxl.xld.engine.move;

import dev.jxl.xld.api.DomainAction.Migrate.Command;
import dev.jxl.xld.api.DomainAction.Migrate.Here;
import dev.jxl.xld.api.DomainAction.Migrate.Peer;
import dev.jxl.xld.api.DomainAction.Migrate.Way;
import dev.jxl.xld.api.ToolstackException.HypercallRefused;
import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.MigrationLink;
import dev.jxl.xld.host.MigrationLinks.Loopback;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A sender's way to the receiver. To this same host there is nothing between: the receiver is another operation of this jxld. For one thread. */
final class Connection implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Connection.class.getName());

    /** Who has ended by itself says why within that. */
    private static final Duration REASON = Duration.ofSeconds(2);

    /** Who is told to end has taken away by then what it has made. */
    private static final Duration CLEAN = Duration.ofMinutes(1);

    private final MigrationLink link;
    private final @Nullable CompletableFuture<OperationRun> receiver;

    private Connection(MigrationLink link, @Nullable CompletableFuture<OperationRun> receiver) {
        this.link = link;
        this.receiver = receiver;
    }

    static Connection open(Host host, Arrivals arrivals, Way way) {
        return switch (way) {
            case Command(String line) -> new Connection(host.migrations().connect(line), null);
            case Peer peer -> new Connection(host.migrations().call(peer), null);
            case Here(boolean paused) -> {
                Loopback ends = host.migrations().loopback();
                yield new Connection(
                        ends.sender(),
                        CompletableFuture.supplyAsync(
                                () -> arrivals.receive(ends.receiver(), paused, Optional.empty()),
                                task -> Thread.ofVirtual()
                                        .name("receiver on this host")
                                        .start(task)));
            }
        };
    }

    MigrationLink link() {
        return link;
    }

    /** The operation that takes the guest here, which has begun: it knows which guest it is. Empty for other hosts. */
    Optional<OperationRun> receiver() {
        try {
            return receiver == null
                    ? Optional.empty()
                    : Optional.of(receiver.get(CLEAN.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            throw new MigrationFailed("this host did not take it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MigrationFailed("interrupted while this host was asked", e);
        }
    }

    /** Of a link that was cut, why the receiver on this host has ended it, where it has. */
    RuntimeException reason(RuntimeException seen) {
        boolean cut = seen instanceof MigrationFailed || seen instanceof HypercallRefused;
        if (receiver == null || !cut) {
            return seen;
        }
        try {
            return receiver.get(REASON.toMillis(), TimeUnit.MILLISECONDS)
                    .await(REASON)
                    .failure()
                    .map(failure -> because(failure.message(), seen))
                    .orElse(seen);
        } catch (ExecutionException e) {
            return because(String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage()), seen);
        } catch (TimeoutException e) {
            seen.addSuppressed(e);
            return seen;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return seen;
        }
    }

    private static RuntimeException because(String words, RuntimeException seen) {
        return new MigrationFailed("this host did not take it: " + words, seen);
    }

    /** The guest does not go; what the receiver on this host has made of it is taken away first. */
    void giveUp() {
        link.close();
        try {
            receiver().ifPresent(operation -> {
                operation.requestCancel();
                boolean _ = operation.await(CLEAN).status().ended();
            });
        } catch (MigrationFailed notBegun) {
            LOG.log(System.Logger.Level.DEBUG, "nothing was made of the guest on this host", notBegun);
        }
    }

    @Override
    public void close() {
        link.close();
    }
}
