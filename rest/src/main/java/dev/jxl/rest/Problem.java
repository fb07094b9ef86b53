package dev.jxl.rest;

import dev.jxl.config.ErrorCode;
import dev.jxl.config.SpecProblem;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * An error as RFC 9457 gives it.
 *
 * @param type {@code urn:jxl:error:<code>}
 * @param title the kind in words
 * @param status the HTTP status
 * @param detail one sentence: the object, the step, the reason, what to do
 * @param code {@link ErrorCode#code()}
 * @param retryable whether the same request may succeed later
 * @param step the step of the operation that failed
 * @param operation the id of the operation that failed
 * @param problems all that is wrong with the configuration, warnings too; empty when it is not about one
 */
record Problem(
        String type,
        String title,
        int status,
        String detail,
        String code,
        boolean retryable,
        Optional<String> step,
        Optional<String> operation,
        List<SpecProblem> problems) {
    private static final System.Logger LOG = System.getLogger(Problem.class.getName());

    static Problem of(ErrorCode code, String detail) {
        String words = code.code().replace('-', ' ');
        return new Problem(
                "urn:jxl:error:" + code.code(),
                words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1),
                code.httpStatus(),
                detail,
                code.code(),
                code.retryable(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /** What the toolstack said; anything that is not its word is a defect: logged under an id, and only the id is told. */
    static Problem of(Throwable thrown, String request) {
        return switch (thrown) {
            case ApiException e -> e.problem();
            case ToolstackException.InvalidSpec e -> of(e.code(), sentence(e)).withProblems(e.problems());
            case ToolstackException e -> of(e.code(), sentence(e));
            default -> internal(thrown, request);
        };
    }

    /** The failure of an operation that was waited for. */
    static Problem of(OperationView.Failure failure, OperationView operation) {
        ErrorCode code = Arrays.stream(ErrorCode.values())
                .filter(c -> c.code().equals(failure.code()))
                .findFirst()
                .orElse(ErrorCode.INTERNAL);
        Problem plain = of(code, failure.message());
        Optional<String> step = failure.step().isEmpty() ? Optional.empty() : Optional.of(failure.step());
        return new Problem(
                plain.type,
                plain.title,
                plain.status,
                plain.detail,
                plain.code,
                plain.retryable,
                step,
                Optional.of(operation.id()),
                operation.warnings());
    }

    Problem withProblems(List<SpecProblem> found) {
        return new Problem(type, title, status, detail, code, retryable, step, operation, found);
    }

    private static String sentence(Throwable e) {
        return String.valueOf(e.getMessage());
    }

    private static Problem internal(Throwable thrown, String request) {
        String id = UUID.randomUUID().toString();
        LOG.log(System.Logger.Level.ERROR, "defect " + id + " in " + request, thrown);
        return of(
                ErrorCode.INTERNAL,
                "a defect of jxl, nothing is known to be wrong with the request: the log of jxld has more under " + id);
    }
}
