package dev.jxl.rest;

import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.Toolstack;
import dev.jxl.xld.api.ToolstackException;
import java.io.IOException;
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
    private final Starting starting;

    DomainRoutes(Toolstack toolstack) {
        this.toolstack = toolstack;
        this.starting = new Starting(toolstack);
    }

    List<Route> routes() {
        List<Route> all = new ArrayList<>(List.of(
                new Route("GET", "/v1/domains", Set.of("all"), this::list),
                new Route("POST", "/v1/domains", Set.of("paused", "wait", "plan", "override", "source"), this::create),
                new Route("GET", ONE, Set.of(), x -> x.json(200, require(domain(x)))),
                new Route("DELETE", ONE, WAIT, x -> starting.act(x, new DomainAction.Destroy())),
                new Route("GET", ONE + "/config", Set.of(), x -> x.json(200, toolstack.configOf(domain(x)))),
                new Route("GET", ONE + "/consoles", Set.of(), x -> x.json(200, toolstack.consoles(domain(x)))),
                new Route("GET", ONE + "/screen", Set.of(), x -> x.json(200, toolstack.screen(domain(x)))),
                new Route("POST", ONE + "/monitor", Set.of(), this::monitor)));
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
        return new Route("POST", ONE + "/actions/" + word, query, x -> starting.act(x, action.apply(x)));
    }

    private static String domain(Exchange exchange) {
        return exchange.pathParameter("domain");
    }

    private void list(Exchange exchange) {
        List<DomainView> all = new ArrayList<>(toolstack.listDomains());
        if (exchange.query().flag("all")) {
            all.addAll(toolstack.definitions().listStopped());
        }
        exchange.json(200, all);
    }

    /** One that runs, or one that is defined and does not. */
    private DomainView require(String reference) {
        try {
            return toolstack.requireDomain(reference);
        } catch (ToolstackException.DomainNotFound e) {
            return toolstack.definitions().listStopped().stream()
                    .filter(d -> d.name().equals(reference) || d.uuid().equals(reference))
                    .findFirst()
                    .orElseThrow(() -> e);
        }
    }

    private void monitor(Exchange exchange) throws IOException {
        exchange.text(200, "text/plain", toolstack.monitor(domain(exchange), exchange.body()));
    }

    private void create(Exchange exchange) throws IOException {
        Query query = exchange.query();
        boolean plan = query.flag("plan");
        Optional<Duration> wait = query.wait("wait");
        CreateRequest request = Starting.configuration(exchange, query.flag("paused"));
        if (plan) {
            exchange.json(200, toolstack.plan(request));
            return;
        }
        OperationView operation = starting.once(exchange, request.toString(), () -> toolstack.create(request));
        starting.answer(exchange, operation, wait, 201);
    }
}
