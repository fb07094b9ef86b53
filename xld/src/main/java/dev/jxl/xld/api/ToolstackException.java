package dev.jxl.xld.api;

import dev.jxl.config.ErrorCode;
import dev.jxl.config.SpecProblem;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What jxld answers when it cannot do something. Unchecked; the message is a sentence for the user. */
public abstract sealed class ToolstackException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final ErrorCode code;

    ToolstackException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The kind of failure. */
    public ErrorCode code() {
        return code;
    }

    /** No such domain. */
    public static final class DomainNotFound extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** With what was asked for. */
        public DomainNotFound(String reference) {
            super(
                    ErrorCode.DOMAIN_NOT_FOUND,
                    "no domain '" + reference + "': 'jxl list' shows the domains of this host",
                    null);
        }

        /** With what was asked for, and what would help. */
        public DomainNotFound(String reference, String hint) {
            super(ErrorCode.DOMAIN_NOT_FOUND, "no domain '" + reference + "' is defined: " + hint, null);
        }
    }

    /** No such cpupool. */
    public static final class CpuPoolNotFound extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** With what was asked for. */
        public CpuPoolNotFound(String reference) {
            super(
                    ErrorCode.CPUPOOL_NOT_FOUND,
                    "no cpupool '" + reference + "': 'jxl cpupool-list' shows those of this host",
                    null);
        }
    }

    /** The domain has no such device. */
    public static final class DeviceNotFound extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /**
         * With what was asked for.
         *
         * @param device in words: {@code disk 'xvdz'}
         * @param domain the domain's name
         * @param present those of that kind that it has, in words; may be empty
         */
        public DeviceNotFound(String device, String domain, List<String> present) {
            super(
                    ErrorCode.DEVICE_NOT_FOUND,
                    "domain '" + domain + "' has no " + device + ": it has "
                            + (present.isEmpty() ? "none at all" : String.join(", ", present)),
                    null);
        }
    }

    /** A request makes no sense for its domain or for this host. */
    public static final class InvalidRequest extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** With the sentence: what was asked, why it cannot be, what could. */
        public InvalidRequest(String message) {
            super(ErrorCode.BAD_REQUEST, message, null);
        }
    }

    /** No such operation. */
    public static final class OperationNotFound extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** With what was asked for. */
        public OperationNotFound(String id) {
            super(ErrorCode.OPERATION_NOT_FOUND, "no operation '" + id + "' is known", null);
        }
    }

    /** Another domain has that name or UUID. */
    public static final class NameInUse extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** With the sentence. */
        public NameInUse(String message) {
            super(ErrorCode.NAME_IN_USE, message, null);
        }
    }

    /** The configuration is wrong. */
    public static final class InvalidSpec extends ToolstackException {
        private static final long serialVersionUID = 1L;
        private final transient List<SpecProblem> problems;

        /**
         * With all that is wrong.
         *
         * @param source the file's name; may be empty
         * @param problems at least one error; warnings may be among them
         */
        public InvalidSpec(String source, List<SpecProblem> problems) {
            super(
                    ErrorCode.INVALID_SPEC,
                    (source.isEmpty() ? "the configuration" : source) + " cannot be used: "
                            + problems.stream()
                                    .filter(p -> p.severity() == SpecProblem.Severity.ERROR)
                                    .map(SpecProblem::toString)
                                    .collect(Collectors.joining("; ")),
                    null);
            this.problems = List.copyOf(problems);
        }

        /** All problems, in the order of the text. */
        public List<SpecProblem> problems() {
            return problems;
        }
    }

    /** The domain is in the wrong state. */
    public static final class WrongState extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** With the sentence: what was asked, what state it is in, what would help. */
        public WrongState(String message) {
            super(ErrorCode.WRONG_STATE, message, null);
        }
    }

    /** Somebody has changed what was to be changed. */
    public static final class PreconditionFailed extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** With the sentence. */
        public PreconditionFailed(String message) {
            super(ErrorCode.PRECONDITION_FAILED, message, null);
        }
    }

    /** Another operation on the domain is under way. */
    public static final class DomainBusy extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** With the sentence. */
        public DomainBusy(String message) {
            super(ErrorCode.DOMAIN_BUSY, message, null);
        }
    }

    /** Not enough free memory. */
    public static final class NotEnoughMemory extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /**
         * With amounts in KiB.
         *
         * @param memoryKib what was asked for
         * @param needKib that and what Xen needs beside it
         * @param freeKib what the host has
         */
        public NotEnoughMemory(String domain, long memoryKib, long needKib, long freeKib) {
            super(
                    ErrorCode.NOT_ENOUGH_MEMORY,
                    "domain '" + domain + "' asks for " + memoryKib / 1024 + " MiB of memory and needs "
                            + needKib / 1024 + " MiB with Xen's own tables for it; the host has " + freeKib / 1024
                            + " MiB free: stop another domain, or lower 'memory'",
                    null);
        }
    }

    /** A device could not be attached. */
    public static final class DeviceFailed extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** With the device, the phase and what the kernel or script said. */
        public DeviceFailed(String device, String phase, String reason, @Nullable Throwable cause) {
            super(ErrorCode.DEVICE_FAILED, device + ": " + phase + " failed: " + reason, cause);
        }
    }

    /** A device model (QEMU) did not start, ended, or refused a command. */
    public static final class DeviceModelFailed extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /**
         * With what was done to whose device model, and what it said.
         *
         * @param step "starting the device model of domain 7"
         */
        public DeviceModelFailed(String step, String reason, @Nullable Throwable cause) {
            super(ErrorCode.DEVICE_MODEL_FAILED, step + " failed: " + reason, cause);
        }
    }

    /** The guest's image could not be built. */
    public static final class BuildFailed extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** With the phase and the reason. */
        public BuildFailed(String phase, String reason, @Nullable Throwable cause) {
            super(ErrorCode.BUILD_FAILED, phase + " failed: " + reason, cause);
        }
    }

    /** The operation was cancelled. */
    public static final class OperationCancelled extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** While this step was under way. */
        public OperationCancelled(String step) {
            super(ErrorCode.OPERATION_CANCELLED, "cancelled while: " + step, null);
        }
    }

    /** Something did not happen in time. */
    public static final class OperationTimedOut extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** With what was waited for and how long. */
        public OperationTimedOut(String waitedFor, long seconds) {
            super(ErrorCode.OPERATION_TIMED_OUT, waitedFor + " did not happen within " + seconds + " s", null);
        }
    }

    /** The host cannot do this. */
    public static final class HostUnsupported extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** With the sentence. */
        public HostUnsupported(String message) {
            super(ErrorCode.HOST_UNSUPPORTED, message, null);
        }
    }

    /** A file of the host could not be read or written. */
    public static final class FileFailed extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** With the sentence: what was done with which file, and what the system said. */
        public FileFailed(String message, @Nullable Throwable cause) {
            super(ErrorCode.FILE_FAILED, message, cause);
        }
    }

    /** A guest could not be moved; it is where it was. */
    public static final class MigrationFailed extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** With the sentence. */
        public MigrationFailed(String message, @Nullable Throwable cause) {
            super(ErrorCode.MIGRATION_FAILED, message, cause);
        }
    }

    /** The other host may have the guest or not. */
    public static final class MigrationUndecided extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** With the sentence: where it is kept, and what decides. */
        public MigrationUndecided(String message, @Nullable Throwable cause) {
            super(ErrorCode.MIGRATION_UNDECIDED, message, cause);
        }
    }

    /** An idempotency key came with another request before. */
    public static final class KeyReused extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** With the key and the operation that it stands for. */
        public KeyReused(String key, String operation) {
            super(
                    ErrorCode.KEY_REUSED,
                    "Idempotency-Key '" + key + "' came with another request before (operation " + operation
                            + "): take a new key for a new request",
                    null);
        }
    }

    /** Xen or xenstored is not there. */
    public static final class HostUnavailable extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** With the sentence. */
        public HostUnavailable(String message, @Nullable Throwable cause) {
            super(ErrorCode.HOST_UNAVAILABLE, message, cause);
        }
    }

    /** Xen refused a call. */
    public static final class HypercallRefused extends ToolstackException {
        private static final long serialVersionUID = 1L;

        /** With the sentence. */
        public HypercallRefused(String message, @Nullable Throwable cause) {
            super(ErrorCode.HYPERCALL_FAILED, message, cause);
        }
    }
}
