package dev.jxl.rest;

import dev.jxl.xld.api.DriverDomains;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.Toolstack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

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
                new Route("POST", ONE + "/actions/undrain", Set.of("wait"), this::undrain),
                new Route("POST", ONE + "/actions/upgrade", Set.of("wait", "file", "folder"), this::upgrade),
                new Route("POST", ONE + "/actions/restart", Set.of("wait", "force"), this::restart));
    }

    private static String name(Exchange exchange) {
        return exchange.pathParameter("name");
    }

    private void drain(Exchange exchange) {
        start(exchange, "driver drain", drivers -> drivers.drain(name(exchange)));
    }

    private void undrain(Exchange exchange) {
        start(exchange, "driver undrain", drivers -> drivers.undrain(name(exchange)));
    }

    private void upgrade(Exchange exchange) {
        Optional<Path> file =
                exchange.query().text("file").map(_ -> exchange.query().pathFromFolder("file"));
        start(exchange, "driver upgrade " + file, drivers -> drivers.upgrade(name(exchange), file));
    }

    private void restart(Exchange exchange) {
        boolean force = exchange.query().flag("force");
        start(exchange, "driver restart " + force, drivers -> drivers.restart(name(exchange), force));
    }

    private void start(Exchange exchange, String what, Function<DriverDomains, OperationView> start) {
        Optional<Duration> wait = exchange.query().wait("wait");
        starting.answer(exchange, starting.once(exchange, what, () -> start.apply(toolstack.drivers())), wait, 200);
    }
}
