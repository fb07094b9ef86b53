package dev.jxl.rest;

import dev.jxl.xld.api.CpuPoolChange;
import dev.jxl.xld.api.Toolstack;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The host's CPUs, cpupools and memory, and Xen's parameters. */
final class HostResourceRoutes {
    private static final String POOL = "/v1/cpupools/{pool}";
    private static final Set<String> WAIT = Set.of("wait");
    private final Toolstack toolstack;
    private final Starting starting;

    HostResourceRoutes(Toolstack toolstack) {
        this.toolstack = toolstack;
        this.starting = new Starting(toolstack);
    }

    List<Route> routes() {
        return Stream.of(ofHost(), ofPools()).flatMap(List::stream).toList();
    }

    private List<Route> ofHost() {
        return List.of(
                new Route(
                        "GET",
                        "/v1/host/numa",
                        Set.of(),
                        x -> x.json(200, toolstack.resources().numa())),
                new Route(
                        "GET",
                        "/v1/host/vcpus",
                        Set.of(),
                        x -> x.json(200, toolstack.resources().vcpus())),
                new Route(
                        "GET",
                        "/v1/host/memory",
                        Set.of(),
                        x -> x.json(200, toolstack.resources().memory())),
                new Route(
                        "GET",
                        "/v1/host/schedulers",
                        Set.of(),
                        x -> x.json(200, toolstack.resources().shares())),
                new Route(
                        "GET",
                        "/v1/host/uptimes",
                        Set.of(),
                        x -> x.json(200, toolstack.resources().uptimes())),
                new Route("POST", "/v1/host/actions/debug-keys", Set.of("keys"), this::debugKeys),
                new Route("POST", "/v1/host/actions/set-parameters", Set.of("parameters"), this::setParameters));
    }

    private List<Route> ofPools() {
        return List.of(
                new Route(
                        "GET",
                        "/v1/cpupools",
                        Set.of(),
                        x -> x.json(200, toolstack.resources().cpuPools())),
                new Route("POST", "/v1/cpupools", Set.of("wait", "plan", "override", "source", "name"), this::create),
                new Route(
                        "POST", "/v1/cpupools/actions/numa-split", WAIT, x -> change(x, new CpuPoolChange.NumaSplit())),
                new Route(
                        "GET",
                        POOL,
                        Set.of(),
                        x -> x.json(200, toolstack.resources().requireCpuPool(pool(x)))),
                new Route("DELETE", POOL, WAIT, x -> change(x, new CpuPoolChange.Destroy(pool(x)))),
                new Route("PUT", POOL + "/name", WAIT, this::rename),
                new Route("POST", POOL + "/actions/add-cpus", WAIT, this::addCpus),
                new Route("POST", POOL + "/actions/remove-cpus", WAIT, this::removeCpus),
                new Route("PUT", POOL + "/scheduler", WAIT, this::tune));
    }

    private static String pool(Exchange exchange) {
        return exchange.pathParameter("pool");
    }

    private void debugKeys(Exchange exchange) {
        toolstack.resources().sendDebugKeys(required(exchange, "keys"));
        exchange.json(200, Map.of());
    }

    private void setParameters(Exchange exchange) {
        toolstack.resources().setParameters(required(exchange, "parameters"));
        exchange.json(200, Map.of());
    }

    private static String required(Exchange exchange, String name) {
        return exchange.query()
                .text(name)
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> ApiException.badRequest("query parameter '" + name + "' is missing"));
    }

    private void change(Exchange exchange, CpuPoolChange change) {
        Optional<Duration> wait = exchange.query().wait("wait");
        starting.answer(
                exchange,
                starting.once(
                        exchange, change.toString(), () -> toolstack.resources().changePools(change)),
                wait,
                200);
    }

    private void create(Exchange exchange) throws IOException {
        boolean plan = exchange.query().flag("plan");
        CpuPoolChange.Create wish =
                exchange.contentType().equals("text/x-xl-cfg") ? byXlCfg(exchange) : byJson(exchange);
        if (plan) {
            exchange.json(200, toolstack.resources().planCpuPool(wish));
        } else {
            change(exchange, wish);
        }
    }

    private static CpuPoolChange.Create byJson(Exchange exchange) throws IOException {
        Body body = Body.of(exchange, Set.of("name", "scheduler", "cpus"));
        return new CpuPoolChange.Create(body.requireText("name"), body.text("scheduler"), body.text("cpus"));
    }

    private CpuPoolChange.Create byXlCfg(Exchange exchange) throws IOException {
        Query query = exchange.query();
        return toolstack
                .resources()
                .readCpuPool(
                        exchange.body(),
                        query.all("override"),
                        query.text("source").orElse(""),
                        query.text("name").orElse(""));
    }

    private void rename(Exchange exchange) throws IOException {
        Body body = Body.of(exchange, Set.of("name"));
        change(exchange, new CpuPoolChange.Rename(pool(exchange), body.requireText("name")));
    }

    private void addCpus(Exchange exchange) throws IOException {
        Body body = Body.of(exchange, Set.of("cpus"));
        change(exchange, new CpuPoolChange.AddCpus(pool(exchange), body.requireText("cpus")));
    }

    private void removeCpus(Exchange exchange) throws IOException {
        Body body = Body.of(exchange, Set.of("cpus"));
        change(exchange, new CpuPoolChange.RemoveCpus(pool(exchange), body.requireText("cpus")));
    }

    private void tune(Exchange exchange) throws IOException {
        Body body =
                Body.of(exchange, Set.of("scheduler", "timesliceMillis", "ratelimitMicros", "migrationDelayMicros"));
        change(
                exchange,
                new CpuPoolChange.Tune(
                        pool(exchange),
                        body.text("scheduler"),
                        body.number("timesliceMillis"),
                        body.number("ratelimitMicros"),
                        body.number("migrationDelayMicros")));
    }
}
