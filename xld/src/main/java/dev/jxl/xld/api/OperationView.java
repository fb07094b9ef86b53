package dev.jxl.xld.api;

import dev.jxl.config.SpecProblem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An operation as it is now.
 *
 * @param id unique on this host
 * @param kind create, destroy, shutdown, reboot, pause, unpause, attach, detach
 * @param domainName the name of the domain it is about
 * @param domainUuid the UUID of the domain it is about
 * @param domid its number, once there is one
 * @param status where it stands
 * @param step what is being done now, in words; what was done last when ended
 * @param stepsDone how many steps are done
 * @param stepsTotal how many there are
 * @param started when it was accepted
 * @param ended when it ended
 * @param warnings what the user should know although it goes on
 * @param failure why it failed; only when failed or cancelled
 */
public record OperationView(
        String id,
        String kind,
        String domainName,
        String domainUuid,
        Optional<Integer> domid,
        Status status,
        String step,
        int stepsDone,
        int stepsTotal,
        Instant started,
        Optional<Instant> ended,
        List<SpecProblem> warnings,
        Optional<Failure> failure) {
    /** Makes the list immutable. */
    public OperationView {
        warnings = List.copyOf(warnings);
    }

    /** Where an operation stands. */
    public enum Status {
        /** Under way. */
        RUNNING,
        /** Done. */
        SUCCEEDED,
        /** Failed; what it had made is removed again. */
        FAILED,
        /** Cancelled; what it had made is removed again. */
        CANCELLED;

        /** Whether it has come to an end. */
        public boolean ended() {
            return this != RUNNING;
        }
    }

    /**
     * Why an operation failed.
     *
     * @param code {@link dev.jxl.config.ErrorCode#code()}
     * @param step the step that failed
     * @param message one sentence: the object, the reason, what to do
     */
    public record Failure(String code, String step, String message) {}
}
