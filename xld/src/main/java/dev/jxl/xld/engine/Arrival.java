package dev.jxl.xld.engine;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.xld.host.MigrationLink;
import java.util.Optional;

/**
 * The receiver's part of a migration, around the making of the domain: when everything is there, the sender is asked for the guest;
 * when it runs, or does not, the sender is told.
 *
 * @source tools/xl/xl_migrate.c: migrate_receive
 */
final class Arrival implements AutoCloseable {
    static final String KIND = "migrate-receive";
    private static final System.Logger LOG = System.getLogger(Arrival.class.getName());
    private static final String INCOMING = "--incoming";

    private final MigrationLink link;
    private final DomainSpec spec;
    private final Optional<DomainId> sender;
    private boolean taken;

    /**
     * Of a guest, over a link that is closed in the end.
     *
     * @param sender the domain of this host that it is sent from, where it is
     */
    Arrival(MigrationLink link, DomainSpec spec, Optional<DomainId> sender) {
        this.link = link;
        this.spec = spec;
        this.sender = sender;
    }

    /** The domain of this host that it is sent from. */
    Optional<DomainId> sender() {
        return sender;
    }

    /** What the domain is until it is this host's: the same under another name. */
    DomainSpec incoming() {
        return spec.toBuilder().name(spec.name() + INCOMING).build();
    }

    /** What it is from then on. */
    DomainSpec spec() {
        return spec;
    }

    /** Asks for the guest, and waits until it is this host's. */
    void takeOver(OperationRun run) {
        MigrationTalk talk = new MigrationTalk(link, run::checkCancelled);
        talk.sayReceived();
        talk.awaitYours();
        taken = true;
    }

    /** The guest runs here. */
    void succeeded() {
        tell("runs", () -> talk().report(true));
    }

    /** Nothing is left of it here. */
    void failed() {
        if (taken) {
            tell("could not be started", () -> {
                talk().report(false);
                talk().sayYours();
            });
        }
    }

    private MigrationTalk talk() {
        return new MigrationTalk(link, () -> {});
    }

    private void tell(String what, Runnable words) {
        try {
            words.run();
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the sender of '" + spec.name() + "' does not hear that it " + what + " here: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        link.close();
    }
}
