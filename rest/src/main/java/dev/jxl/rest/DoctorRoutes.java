package dev.jxl.rest;

import dev.jxl.xld.api.Toolstack;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What does not belong on the host, and taking it away. */
final class DoctorRoutes {
    private final Toolstack toolstack;
    private final Starting starting;

    DoctorRoutes(Toolstack toolstack) {
        this.toolstack = toolstack;
        this.starting = new Starting(toolstack);
    }

    List<Route> routes() {
        return List.of(
                new Route(
                        "GET",
                        "/v1/host/doctor",
                        Set.of(),
                        x -> x.json(200, toolstack.doctor().examine())),
                new Route("POST", "/v1/host/doctor/actions/fix", Set.of("wait"), this::fix));
    }

    private void fix(Exchange exchange) {
        Optional<Duration> wait = exchange.query().wait("wait");
        starting.answer(
                exchange,
                starting.once(exchange, "fix", () -> toolstack.doctor().fix()),
                wait,
                200);
    }
}
