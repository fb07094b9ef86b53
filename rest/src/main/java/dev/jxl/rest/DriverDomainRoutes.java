package dev.jxl.rest;

import dev.jxl.xld.api.Toolstack;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Driver domains: what they serve, how they are, what weakens them, and their restart. */
final class DriverDomainRoutes {
    private static final String ONE = "/v1/driver-domains/{name}";
    private final Toolstack toolstack;
    private final Starting starting;

    DriverDomainRoutes(Toolstack toolstack) {
        this.toolstack = toolstack;
        this.starting = new Starting(toolstack);
    }

    List<Route> routes() {
        return List.of(
                new Route(
                        "GET",
                        "/v1/driver-domains",
                        Set.of(),
                        x -> x.json(200, toolstack.drivers().list())),
                new Route(
                        "GET",
                        ONE,
                        Set.of(),
                        x -> x.json(200, toolstack.drivers().require(name(x)))),
                new Route(
                        "GET",
                        ONE + "/lint",
                        Set.of(),
                        x -> x.json(200, toolstack.drivers().lint(name(x)))),
                new Route("POST", ONE + "/actions/drain", Set.of("wait"), this::drain),
                new Route("POST", ONE + "/actions/restart", Set.of("wait", "force"), this::restart));
    }

    private static String name(Exchange exchange) {
        return exchange.pathParameter("name");
    }

    private void drain(Exchange exchange) {
        Optional<Duration> wait = exchange.query().wait("wait");
        starting.answer(
                exchange,
                starting.once(
                        exchange, "driver drain", () -> toolstack.drivers().drain(name(exchange))),
                wait,
                200);
    }

    private void restart(Exchange exchange) {
        boolean force = exchange.query().flag("force");
        Optional<Duration> wait = exchange.query().wait("wait");
        starting.answer(
                exchange,
                starting.once(
                        exchange,
                        "driver restart " + force,
                        () -> toolstack.drivers().restart(name(exchange), force)),
                wait,
                200);
    }
}
