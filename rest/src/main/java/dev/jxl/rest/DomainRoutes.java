package dev.jxl.rest;

import dev.jxl.config.ErrorCode;
import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.Toolstack;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Domains: shown, created, acted upon. */
final class DomainRoutes {
    private static final String ONE = "/v1/domains/{domain}";
    private static final Set<String> WAIT = Set.of("wait");
    private static final Set<String> STOP = Set.of("wait", "fallback-acpi", "until-gone");
    private final Toolstack toolstack;
    private final IdempotencyKeys keys = new IdempotencyKeys(Clock.systemUTC());

    DomainRoutes(Toolstack toolstack) {
        this.toolstack = toolstack;
    }

    List<Route> routes() {
        List<Route> all = new ArrayList<>(List.of(
                new Route("GET", "/v1/domains", Set.of(), x -> x.json(200, toolstack.listDomains())),
                new Route("POST", "/v1/domains", Set.of("paused", "wait", "plan", "override", "source"), this::create),
                new Route("GET", ONE, Set.of(), x -> x.json(200, toolstack.requireDomain(domain(x)))),
                new Route("DELETE", ONE, WAIT, x -> act(x, new DomainAction.Destroy())),
                new Route("GET", ONE + "/config", Set.of(), x -> x.json(200, toolstack.configOf(domain(x)))),
                new Route("GET", ONE + "/consoles", Set.of(), x -> x.json(200, toolstack.consoles(domain(x))))));
        all.add(action("destroy", WAIT, x -> new DomainAction.Destroy()));
        all.add(action("pause", WAIT, x -> new DomainAction.Pause()));
        all.add(action("unpause", WAIT, x -> new DomainAction.Unpause()));
        all.add(action(
                "shutdown",
                STOP,
                x -> new DomainAction.Shutdown(
                        x.query().flag("fallback-acpi"), x.query().flag("until-gone"))));
        all.add(action(
                "reboot",
                STOP,
                x -> new DomainAction.Reboot(
                        x.query().flag("fallback-acpi"), x.query().flag("until-gone"))));
        return List.copyOf(all);
    }

    private Route action(String word, Set<String> query, Function<Exchange, DomainAction> action) {
        return new Route("POST", ONE + "/actions/" + word, query, x -> act(x, action.apply(x)));
    }

    private static String domain(Exchange exchange) {
        return exchange.pathParameter("domain");
    }

    private void act(Exchange exchange, DomainAction action) {
        Optional<Duration> wait = exchange.query().wait("wait");
        answer(exchange, toolstack.act(domain(exchange), action), wait, 200);
    }

    private void create(Exchange exchange) throws IOException {
        Query query = exchange.query();
        boolean plan = query.flag("plan");
        Optional<Duration> wait = query.wait("wait");
        CreateRequest request = request(exchange);
        if (plan) {
            exchange.json(200, toolstack.plan(request));
            return;
        }
        OperationView operation = exchange.header("Idempotency-Key")
                .map(key -> keys.once(key, request, () -> toolstack.create(request)))
                .orElseGet(() -> toolstack.create(request));
        answer(exchange, operation, wait, 201);
    }

    private static CreateRequest request(Exchange exchange) throws IOException {
        Query query = exchange.query();
        CreateRequest.Format format = switch (exchange.contentType()) {
            case "text/x-xl-cfg" -> CreateRequest.Format.XL_CFG;
            case "application/json" -> CreateRequest.Format.JSON;
            default ->
                throw new ApiException(
                        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                        "a domain is described by text/x-xl-cfg or application/json, not by '" + exchange.contentType()
                                + "': set Content-Type");
        };
        String text = exchange.body();
        if (format == CreateRequest.Format.JSON) {
            Json.requireObject(text);
            if (!query.all("override").isEmpty()) {
                throw ApiException.badRequest(
                        "query parameter 'override' goes with text/x-xl-cfg only: change the JSON");
            }
        }
        return new CreateRequest(
                text, format, query.text("source").orElse(""), query.all("override"), query.flag("paused"));
    }

    private void answer(Exchange exchange, OperationView begun, Optional<Duration> wait, int done) {
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
}
