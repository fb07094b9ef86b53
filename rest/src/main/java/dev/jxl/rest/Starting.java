package dev.jxl.rest;

import dev.jxl.config.ErrorCode;
import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.Toolstack;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** How a request that starts an operation is read and answered. */
record Starting(Toolstack toolstack) {
    private static final int LONGEST_KEY = 255;

    /** Does an action to the domain of the path. */
    void act(Exchange exchange, DomainAction action) {
        Optional<Duration> wait = exchange.query().wait("wait");
        String domain = exchange.pathParameter("domain");
        answer(exchange, once(exchange, action.toString(), () -> toolstack.act(domain, action)), wait, 200);
    }

    /** A client that did not get its answer may ask again with the same key, and gets the operation that it had started. */
    OperationView once(Exchange exchange, String request, Supplier<OperationView> start) {
        Optional<String> key = exchange.header("Idempotency-Key");
        if (key.isEmpty()) {
            return start.get();
        }
        if (key.get().isBlank() || key.get().length() > LONGEST_KEY) {
            throw ApiException.badRequest("Idempotency-Key is a text of 1 to " + LONGEST_KEY + " characters");
        }
        return toolstack.once(key.get(), exchange.line() + "\n" + request, start);
    }

    /** Answers at once, or when the operation has ended or the time is over. */
    void answer(Exchange exchange, OperationView begun, Optional<Duration> wait, int done) {
        OperationView now = wait.map(w -> toolstack.await(begun.id(), w)).orElse(begun);
        Optional<OperationView.Failure> failure = now.failure();
        if (wait.isPresent() && failure.isPresent()) {
            exchange.problem(Problem.of(failure.get(), now));
            return;
        }
        boolean finished = wait.isPresent() && now.status().ended();
        String place = finished && done == 201 ? "/v1/domains/" + now.domainUuid() : "/v1/operations/" + now.id();
        exchange.answerHeader("Location", place);
        exchange.json(finished ? done : 202, now);
    }

    /** The configuration in a request's body. */
    static CreateRequest configuration(Exchange exchange, boolean paused) throws IOException {
        Query query = exchange.query();
        CreateRequest.Format format = format(exchange, "a domain");
        String text = exchange.body();
        if (format == CreateRequest.Format.JSON) {
            Json.requireObject(text);
            if (!query.all("override").isEmpty()) {
                throw ApiException.badRequest(
                        "query parameter 'override' goes with text/x-xl-cfg only: change the JSON");
            }
        }
        return new CreateRequest(
                text, format, query.text("source").orElse(""), query.folder(), query.all("override"), paused);
    }

    /** How the body is to be read, by its Content-Type. */
    static CreateRequest.Format format(Exchange exchange, String what) {
        return switch (exchange.contentType()) {
            case "text/x-xl-cfg" -> CreateRequest.Format.XL_CFG;
            case "application/json" -> CreateRequest.Format.JSON;
            default ->
                throw new ApiException(
                        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                        what + " is described by text/x-xl-cfg or application/json, not by '" + exchange.contentType()
                                + "': set Content-Type");
        };
    }
}
