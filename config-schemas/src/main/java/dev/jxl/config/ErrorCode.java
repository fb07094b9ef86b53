package dev.jxl.config;

import java.util.Locale;

/**
 * Every kind of failure that a user can meet, with its HTTP status, the CLI's exit code, whether trying again can help,
 * and who must act. The documentation's table is generated from here.
 */
public enum ErrorCode {
    /** The request or configuration is wrong. */
    INVALID_SPEC(422, 2, false, Actor.USER, "The request or configuration is wrong."),
    /** The request itself cannot be read (bad JSON, bad parameter). */
    BAD_REQUEST(400, 2, false, Actor.USER, "The request itself cannot be read (bad JSON, bad parameter)."),
    /** The route does not know this HTTP method. */
    METHOD_NOT_ALLOWED(405, 2, false, Actor.USER, "The route does not know this HTTP method."),
    /** The request's body is larger than jxld reads. */
    BODY_TOO_LARGE(413, 2, false, Actor.USER, "The request's body is larger than jxld reads."),
    /** The request's body is of a type that the route does not read. */
    UNSUPPORTED_MEDIA_TYPE(415, 2, false, Actor.USER, "The request's body is of a type that the route does not read."),
    /** An idempotency key came with another request before. */
    KEY_REUSED(422, 2, false, Actor.USER, "An idempotency key came with another request before."),
    /** No domain of that name, UUID or number. */
    DOMAIN_NOT_FOUND(404, 3, false, Actor.USER, "No domain of that name, UUID or number."),
    /** The domain has no such device. */
    DEVICE_NOT_FOUND(404, 3, false, Actor.USER, "The domain has no such device."),
    /** No such operation. */
    OPERATION_NOT_FOUND(404, 3, false, Actor.USER, "No such operation."),
    /** No cpupool of that name or number. */
    CPUPOOL_NOT_FOUND(404, 3, false, Actor.USER, "No cpupool of that name or number."),
    /** No such route. */
    NOT_FOUND(404, 3, false, Actor.USER, "No such route."),
    /** Another domain has that name or UUID. */
    NAME_IN_USE(409, 4, false, Actor.USER, "Another domain has that name or UUID."),
    /** The domain is in a state in which this cannot be done. */
    WRONG_STATE(409, 5, false, Actor.USER, "The domain is in a state in which this cannot be done."),
    /** Somebody has changed the object since it was read (If-Match). */
    PRECONDITION_FAILED(412, 5, false, Actor.USER, "Somebody has changed the object since it was read (If-Match)."),
    /** Another operation on the domain is under way. */
    DOMAIN_BUSY(409, 5, true, Actor.NOBODY, "Another operation on the domain is under way."),
    /** The host has not enough free memory. */
    NOT_ENOUGH_MEMORY(507, 6, true, Actor.ADMIN, "The host has not enough free memory."),
    /** A device could not be attached. */
    DEVICE_FAILED(500, 7, false, Actor.ADMIN, "A device could not be attached."),
    /** The guest's image could not be built. */
    BUILD_FAILED(500, 8, false, Actor.USER, "The guest's image could not be built."),
    /** The operation was cancelled. */
    OPERATION_CANCELLED(409, 9, true, Actor.NOBODY, "The operation was cancelled."),
    /** Something did not happen in time. */
    OPERATION_TIMED_OUT(504, 10, true, Actor.ADMIN, "Something did not happen in time."),
    /** The host cannot do this. */
    HOST_UNSUPPORTED(501, 11, false, Actor.ADMIN, "The host cannot do this."),
    /** This machine is not a Xen dom0, or Xen or xenstored is not there. */
    HOST_UNAVAILABLE(503, 12, true, Actor.ADMIN, "This machine is not a Xen dom0, or Xen or xenstored is not there."),
    /** Not allowed for this user. */
    FORBIDDEN(403, 13, false, Actor.ADMIN, "Not allowed for this user."),
    /** jxld is not running: said by the CLI, never by jxld. */
    DAEMON_UNREACHABLE(503, 14, true, Actor.ADMIN, "jxld is not running: said by the CLI, never by jxld."),
    /** Xen refused a call. */
    HYPERCALL_FAILED(500, 15, false, Actor.ADMIN, "Xen refused a call."),
    /** QEMU did not start, ended, or refused a command. */
    DEVICE_MODEL_FAILED(500, 17, false, Actor.ADMIN, "QEMU did not start, ended, or refused a command."),
    /** A file of the host could not be read or written (no space left, no permission). */
    FILE_FAILED(
            500,
            16,
            false,
            Actor.ADMIN,
            "A file of the host could not be read or written (no space left, no permission)."),
    /** A guest could not be moved to or from another host. */
    MIGRATION_FAILED(
            502, 20, true, Actor.ADMIN, "A guest could not be moved to or from another host; it is where it was."),
    /** The link was cut when the other host might have had the guest already. */
    MIGRATION_UNDECIDED(
            504,
            21,
            false,
            Actor.ADMIN,
            "The other host was told to run a guest and did not answer: the guest is kept here, suspended, until somebody decides."),
    /** A defect of jxl. */
    INTERNAL(500, 70, false, Actor.DEVELOPER, "A defect of jxl.");

    /** Who has to do something about it. */
    public enum Actor {
        /** Whoever asked. */
        USER,
        /** Whoever runs the host. */
        ADMIN,
        /** Whoever makes jxl. */
        DEVELOPER,
        /** Nobody: wait or ask again. */
        NOBODY
    }

    private final int httpStatus;
    private final int exitCode;
    private final boolean retryable;
    private final Actor actor;
    private final String meaning;

    ErrorCode(int httpStatus, int exitCode, boolean retryable, Actor actor, String meaning) {
        this.httpStatus = httpStatus;
        this.exitCode = exitCode;
        this.retryable = retryable;
        this.actor = actor;
        this.meaning = meaning;
    }

    /** The HTTP status that it is answered with. */
    public int httpStatus() {
        return httpStatus;
    }

    /** The CLI's exit code, 1 to 99. */
    public int exitCode() {
        return exitCode;
    }

    /** Whether the same request may succeed later. */
    public boolean retryable() {
        return retryable;
    }

    /** Who must act. */
    public Actor actor() {
        return actor;
    }

    /** What has happened, one sentence. */
    public String meaning() {
        return meaning;
    }

    /** The code as it stands in problem+json: {@code name-in-use}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
