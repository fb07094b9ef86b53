package dev.jxl.rest;

import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.Toolstack;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Operations: what changes a domain, seen while it goes on and after. */
final class OperationRoutes {
    private final Toolstack toolstack;

    OperationRoutes(Toolstack toolstack) {
        this.toolstack = toolstack;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/v1/operations", Set.of(), x -> x.json(200, toolstack.operations())),
                new Route("GET", "/v1/operations/{id}", Set.of("wait"), this::show),
                new Route("DELETE", "/v1/operations/{id}", Set.of("wait"), this::cancel),
                new Route("POST", "/v1/operations/{id}/actions/cancel", Set.of("wait"), this::cancel));
    }

    private void show(Exchange exchange) {
        String id = exchange.pathParameter("id");
        Optional<Duration> wait = exchange.query().wait("wait");
        exchange.json(200, wait.map(w -> toolstack.await(id, w)).orElseGet(() -> toolstack.operation(id)));
    }

    private void cancel(Exchange exchange) {
        Optional<Duration> wait = exchange.query().wait("wait");
        OperationView asked = toolstack.cancel(exchange.pathParameter("id"));
        OperationView now = wait.map(w -> toolstack.await(asked.id(), w)).orElse(asked);
        exchange.json(now.status().ended() ? 200 : 202, now);
    }
}
