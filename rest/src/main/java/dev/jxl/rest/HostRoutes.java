package dev.jxl.rest;

import dev.jxl.xld.api.Health;
import dev.jxl.xld.api.Toolstack;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** The host, its health, and the description of this API. */
final class HostRoutes {
    private final Toolstack toolstack;

    HostRoutes(Toolstack toolstack) {
        this.toolstack = toolstack;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/v1/host", Set.of(), x -> x.json(200, toolstack.host())),
                new Route("GET", "/v1/host/dmesg", Set.of("clear"), this::dmesg),
                new Route("GET", "/v1/health", Set.of(), this::health),
                new Route("GET", "/health", Set.of(), this::health),
                new Route("GET", "/v1/openapi.yaml", Set.of(), HostRoutes::openapi));
    }

    private void dmesg(Exchange exchange) {
        exchange.text(200, "text/plain", toolstack.xenLog(exchange.query().flag("clear")));
    }

    private void health(Exchange exchange) {
        Health health = toolstack.health();
        exchange.json(health.up() ? 200 : 503, health);
    }

    private static void openapi(Exchange exchange) throws IOException {
        try (InputStream in = HostRoutes.class.getResourceAsStream("openapi.yaml")) {
            if (in == null) {
                throw new AssertionError("openapi.yaml is not in the jar");
            }
            exchange.text(200, "application/yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
