package dev.jxl.rest;

import dev.jxl.xld.api.DomainChange;
import dev.jxl.xld.api.Toolstack;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What domains have of the host's CPUs and memory. */
final class DomainResourceRoutes {
    private static final String ONE = "/v1/domains/{domain}";
    private static final Set<String> WAIT = Set.of("wait");
    private static final Set<String> BUDGET = Set.of("vcpu", "periodMicros", "budgetMicros", "extratime");
    private final Toolstack toolstack;
    private final Starting starting;

    DomainResourceRoutes(Toolstack toolstack) {
        this.toolstack = toolstack;
        this.starting = new Starting(toolstack);
    }

    List<Route> routes() {
        return List.of(
                new Route(
                        "GET",
                        ONE + "/vcpus",
                        Set.of(),
                        x -> x.json(200, toolstack.resources().vcpus(domain(x)))),
                new Route("PUT", ONE + "/vcpus", WAIT, this::setVcpus),
                new Route("PUT", ONE + "/vcpus/{vcpu}", WAIT, this::pin),
                new Route(
                        "GET",
                        ONE + "/memory",
                        Set.of(),
                        x -> x.json(200, toolstack.resources().memory(domain(x)))),
                new Route("PUT", ONE + "/memory", WAIT, this::setMemory),
                new Route(
                        "GET",
                        ONE + "/scheduler",
                        Set.of(),
                        x -> x.json(200, toolstack.resources().share(domain(x)))),
                new Route("PUT", ONE + "/scheduler", WAIT, this::setShare),
                new Route("PUT", ONE + "/cpupool", WAIT, this::moveToPool));
    }

    private static String domain(Exchange exchange) {
        return exchange.pathParameter("domain");
    }

    private void change(Exchange exchange, DomainChange change) {
        Optional<Duration> wait = exchange.query().wait("wait");
        starting.answer(
                exchange,
                starting.once(
                        exchange, change.toString(), () -> toolstack.resources().change(domain(exchange), change)),
                wait,
                200);
    }

    private void setVcpus(Exchange exchange) throws IOException {
        Body body = Body.of(exchange, Set.of("online", "ignoreHost"));
        change(exchange, new DomainChange.SetVcpus(body.requireNumber("online"), body.flag("ignoreHost")));
    }

    private void pin(Exchange exchange) throws IOException {
        String vcpu = exchange.pathParameter("vcpu");
        if (!vcpu.equals("all") && !vcpu.matches("[0-9]{1,5}")) {
            throw ApiException.badRequest("a vCPU is a number from 0, or 'all', not '" + vcpu + "'");
        }
        Body body = Body.of(exchange, Set.of("hardAffinity", "softAffinity", "force"));
        change(
                exchange,
                new DomainChange.Pin(
                        vcpu.equals("all") ? Optional.empty() : Optional.of(Integer.parseInt(vcpu)),
                        body.text("hardAffinity"),
                        body.text("softAffinity"),
                        body.flag("force")));
    }

    private void setMemory(Exchange exchange) throws IOException {
        Body body = Body.of(exchange, Set.of("targetKib", "maximumKib"));
        Optional<Long> target = body.longNumber("targetKib");
        Optional<Long> maximum = body.longNumber("maximumKib");
        if (target.isPresent() == maximum.isPresent()) {
            throw ApiException.badRequest("one of targetKib and maximumKib is changed at a time");
        }
        change(
                exchange,
                target.<DomainChange>map(DomainChange.SetMemory::new)
                        .orElseGet(() -> new DomainChange.SetMaxMemory(maximum.orElseThrow())));
    }

    private void setShare(Exchange exchange) throws IOException {
        Body body = Body.of(
                exchange, Set.of("scheduler", "weight", "cap", "periodMicros", "budgetMicros", "extratime", "vcpus"));
        boolean realTime = body.longNumber("periodMicros").isPresent()
                || !body.objects("vcpus", BUDGET).isEmpty();
        if (!realTime) {
            change(
                    exchange,
                    new DomainChange.SetShare(body.text("scheduler"), body.number("weight"), body.number("cap")));
            return;
        }
        List<Body> vcpus = body.objects("vcpus", BUDGET);
        change(
                exchange,
                vcpus.isEmpty()
                        ? new DomainChange.SetBudgets(List.of(), List.of(budget(body)))
                        : new DomainChange.SetBudgets(
                                vcpus.stream().map(v -> v.requireNumber("vcpu")).toList(),
                                vcpus.stream().map(DomainResourceRoutes::budget).toList()));
    }

    private static DomainChange.Budget budget(Body body) {
        return new DomainChange.Budget(
                body.requireLong("periodMicros"), body.requireLong("budgetMicros"), body.flag("extratime"));
    }

    private void moveToPool(Exchange exchange) throws IOException {
        change(
                exchange,
                new DomainChange.MoveToPool(Body.of(exchange, Set.of("pool")).requireText("pool")));
    }
}
