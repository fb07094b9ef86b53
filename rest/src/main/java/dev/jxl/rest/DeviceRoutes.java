package dev.jxl.rest;

import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DeviceRequest;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.Toolstack;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Devices of a domain: listed, attached, detached; one collection for each kind. */
final class DeviceRoutes {
    private static final String DOMAIN = "/v1/domains/{domain}/";
    private final Toolstack toolstack;
    private final Starting starting;

    DeviceRoutes(Toolstack toolstack) {
        this.toolstack = toolstack;
        this.starting = new Starting(toolstack);
    }

    List<Route> routes() {
        return Arrays.stream(DeviceKind.values()).flatMap(this::routes).toList();
    }

    private Stream<Route> routes(DeviceKind kind) {
        String all = DOMAIN + kind.collection();
        Route list = new Route("GET", all, Set.of(), x -> x.json(200, toolstack.devices(domain(x), kind)));
        if (!kind.pluggable()) {
            return Stream.of(list);
        }
        return Stream.of(
                list,
                new Route("POST", all, Set.of("wait", "folder"), x -> attach(x, kind)),
                new Route("DELETE", all + "/{device}", Set.of("wait", "force"), x -> detach(x, kind)));
    }

    private static String domain(Exchange exchange) {
        return exchange.pathParameter("domain");
    }

    private void attach(Exchange exchange, DeviceKind kind) throws IOException {
        Optional<Duration> wait = exchange.query().wait("wait");
        CreateRequest.Format format = Starting.format(exchange, "a device");
        String text = exchange.body();
        if (format == CreateRequest.Format.JSON) {
            Json.requireObject(text);
        }
        DeviceRequest request =
                new DeviceRequest(kind, text, format, exchange.query().folder());
        String domain = domain(exchange);
        OperationView begun = starting.once(exchange, request.toString(), () -> toolstack.attach(domain, request));
        starting.answer(exchange, begun, wait, 200);
    }

    private void detach(Exchange exchange, DeviceKind kind) {
        Optional<Duration> wait = exchange.query().wait("wait");
        boolean force = exchange.query().flag("force");
        String domain = domain(exchange);
        String device = exchange.pathParameter("device");
        OperationView begun = starting.once(
                exchange, kind + " " + device + " " + force, () -> toolstack.detach(domain, kind, device, force));
        starting.answer(exchange, begun, wait, 200);
    }
}
