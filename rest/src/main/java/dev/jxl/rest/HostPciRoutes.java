package dev.jxl.rest;

import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.Toolstack;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The host's PCI devices, and which of them are kept for domains. */
final class HostPciRoutes {
    private static final String ASSIGNABLE = "/v1/host/pci/{device}/assignable";
    private final Toolstack toolstack;
    private final Starting starting;

    HostPciRoutes(Toolstack toolstack) {
        this.toolstack = toolstack;
        this.starting = new Starting(toolstack);
    }

    List<Route> routes() {
        return List.of(
                new Route(
                        "GET",
                        "/v1/host/pci",
                        Set.of(),
                        x -> x.json(200, toolstack.pci().devices())),
                new Route("PUT", ASSIGNABLE, Set.of("wait", "force"), this::makeAssignable),
                new Route("DELETE", ASSIGNABLE, Set.of("wait", "rebind"), this::endAssignable));
    }

    private static String device(Exchange exchange) {
        return exchange.pathParameter("device");
    }

    private void makeAssignable(Exchange exchange) throws IOException {
        Optional<String> name = Body.of(exchange, Set.of("name")).text("name");
        boolean force = exchange.query().flag("force");
        start(
                exchange,
                "assignable " + device(exchange) + " " + name + " " + force,
                () -> toolstack.pci().makeAssignable(device(exchange), name, force));
    }

    private void endAssignable(Exchange exchange) {
        boolean rebind = exchange.query().flag("rebind");
        start(
                exchange,
                "not assignable " + device(exchange) + " " + rebind,
                () -> toolstack.pci().endAssignable(device(exchange), rebind));
    }

    private void start(Exchange exchange, String request, Supplier<OperationView> start) {
        Optional<Duration> wait = exchange.query().wait("wait");
        starting.answer(exchange, starting.once(exchange, request, start), wait, 200);
    }
}
