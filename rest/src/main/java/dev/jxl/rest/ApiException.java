package dev.jxl.rest;

import com.fasterxml.jackson.core.JsonLocation;
import dev.jxl.config.ErrorCode;
import dev.jxl.config.SpecProblem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is wrong with a request itself, before the toolstack saw it. */
final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Problem problem;

    ApiException(Problem problem) {
        super(problem.detail());
        this.problem = problem;
    }

    ApiException(ErrorCode code, String sentence) {
        this(Problem.of(code, sentence));
    }

    static ApiException badRequest(String sentence) {
        return new ApiException(ErrorCode.BAD_REQUEST, sentence);
    }

    static ApiException badJson(String message, @Nullable JsonLocation at) {
        int line = at == null ? 0 : at.getLineNr();
        int column = at == null ? 0 : at.getColumnNr();
        SpecProblem place = new SpecProblem(SpecProblem.Severity.ERROR, line, column, "", message);
        return new ApiException(Problem.of(ErrorCode.BAD_REQUEST, "the body is not JSON: " + place)
                .withProblems(List.of(place)));
    }

    Problem problem() {
        return problem;
    }
}
