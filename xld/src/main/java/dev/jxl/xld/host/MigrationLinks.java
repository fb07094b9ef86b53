package dev.jxl.xld.host;

import dev.jxl.xld.api.DomainAction.Migrate.Peer;
import java.nio.file.Path;

/** The ways to other hosts. */
public interface MigrationLinks {
    /**
     * Starts a command whose standard input and output lead to a receiver of guests.
     *
     * @param command one line for a shell, run as root
     */
    MigrationLink connect(String command);

    /** Two links that lead to each other, for a guest that becomes another domain of this host. */
    Loopback loopback();

    /**
     * What one end says, the other one hears.
     *
     * @param sender the end of who sends a guest
     * @param receiver the end of who takes it
     */
    record Loopback(MigrationLink sender, MigrationLink receiver) {}

    /**
     * Opens two named pipes whose other ends somebody holds who lets a sender speak.
     *
     * @param from what the sender says
     * @param to what it is answered
     */
    MigrationLink open(Path from, Path to);

    /**
     * Calls the jxld of another host; each knows then that the other is who it says.
     *
     * @throws dev.jxl.xld.api.ToolstackException.MigrationFailed when it is not there, is another, or does not know this one
     * @throws dev.jxl.xld.api.ToolstackException.HostUnsupported when this jxld has no certificate
     */
    MigrationLink call(Peer peer);

    /** Says who answers such calls of others from now on, each on a thread of its own. */
    void onCall(Answering answering);

    /** Who answers calls. */
    @FunctionalInterface
    interface Answering {
        /**
         * Answers one, to its end.
         *
         * @param caller who it is, by its certificate
         * @param link closed by whoever answers
         */
        void answer(String caller, MigrationLink link);
    }
}
