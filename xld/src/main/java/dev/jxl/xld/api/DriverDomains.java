package dev.jxl.xld.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The driver domains of the host: domains whose backends serve other domains. A part of {@link Toolstack}. */
public interface DriverDomains {
    /** All that jxl has made, those also that are between two lives, and those that run and that another toolstack made; by name. */
    List<DriverDomainView> list();

    /**
     * One.
     *
     * @throws ToolstackException.DomainNotFound when there is no such driver domain
     */
    DriverDomainView require(String nameOrUuid);

    /**
     * What weakens the wall between one and the rest of the host; looks, changes nothing.
     *
     * @throws ToolstackException.DomainNotFound when there is no such driver domain
     */
    Diagnosis lint(String nameOrUuid);

    /**
     * Starts to take one away and to make it again under its number: its clients run on, and wait meanwhile. One whose kernel serves them is
     * drained first.
     *
     * @param force without draining it: a disk that cannot go on then is lost; what becomes of its client is the domain's policy
     * @throws ToolstackException.WrongState when there is such a disk, the domain cannot finish with it, and it is not forced; when another
     *     toolstack made it and looks after it
     */
    OperationView restart(String nameOrUuid, boolean force);

    /**
     * Starts to have one finish what its clients have asked of it, and take nothing more. The clients wait until that is taken back, or it is
     * restarted.
     *
     * @throws ToolstackException.WrongState when it does not run; when another toolstack made it and looks after it
     */
    OperationView drain(String nameOrUuid);

    /**
     * Starts to have one serve its clients again after {@link #drain}.
     *
     * @throws ToolstackException.WrongState when it is not drained; when another toolstack made it and looks after it
     */
    OperationView undrain(String nameOrUuid);

    /**
     * Starts to put another jxl-backend into one that runs: its clients wait for less than a second. Its next start is with the program of
     * its image. When the new one does not serve the clients, the one before goes on.
     *
     * @param file the program, in dom0; where empty, the one of jxl's package
     * @throws ToolstackException.InvalidRequest when the file is no jxl-backend, or one of another protocol
     * @throws ToolstackException.WrongState when no jxl-backend runs in it that can be upgraded; when another toolstack made it and looks
     *     after it
     */
    OperationView upgrade(String nameOrUuid, Optional<Path> file);
}
