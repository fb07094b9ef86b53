package dev.jxl.rest;

import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.Definition;
import dev.jxl.xld.api.Definitions;
import dev.jxl.xld.api.Definitions.Condition;
import dev.jxl.xld.api.StartPolicy;
import dev.jxl.xld.api.Toolstack;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Domains that stay known while they do not run, and the host's start and stop. */
final class DefinitionRoutes {
    private static final String ONE = "/v1/definitions/{domain}";
    private static final Set<String> TEXT = Set.of("override", "source", "folder");
    private static final String DISCARD_SAVE = "discard-save";
    private static final int LONGEST_SECONDS = 3600;
    private static final int LONGEST_STOP_SECONDS = 24 * 3600;
    private static final int LAST_ORDER = 9999;
    private final Toolstack toolstack;
    private final Starting starting;

    DefinitionRoutes(Toolstack toolstack) {
        this.toolstack = toolstack;
        this.starting = new Starting(toolstack);
    }

    List<Route> routes() {
        return List.of(
                new Route(
                        "GET",
                        "/v1/definitions",
                        Set.of(),
                        x -> x.json(200, definitions().list())),
                new Route("POST", "/v1/definitions", TEXT, x -> define(x, Optional.empty())),
                new Route(
                        "GET", ONE, Set.of(), x -> answer(x, 200, definitions().require(domain(x)))),
                new Route("DELETE", ONE, Set.of(DISCARD_SAVE), this::undefine),
                new Route(
                        "PUT",
                        ONE + "/start",
                        Set.of("autostart", "order", "delay", "ready", "timeout"),
                        this::changePolicy),
                new Route("PUT", "/v1/domains/{domain}", TEXT, x -> define(x, Optional.of(domain(x)))),
                new Route(
                        "POST",
                        "/v1/domains/{domain}/actions/start",
                        Set.of("wait", "paused", DISCARD_SAVE),
                        this::start),
                new Route("POST", "/v1/host/actions/start-guests", Set.of("wait"), this::startGuests),
                new Route(
                        "POST",
                        "/v1/host/actions/stop-guests",
                        Set.of("wait", "deadline", "others"),
                        this::stopGuests));
    }

    private Definitions definitions() {
        return toolstack.definitions();
    }

    private static String domain(Exchange exchange) {
        return exchange.pathParameter("domain");
    }

    private void define(Exchange exchange, Optional<String> name) throws IOException {
        CreateRequest request = Starting.configuration(exchange, false);
        Condition asked = condition(exchange);
        Definition defined = definitions().define(request, new Condition(name, asked.version(), asked.fresh()));
        exchange.answerHeader("Location", "/v1/definitions/" + defined.uuid());
        answer(exchange, defined.version() == 1 ? 201 : 200, defined);
    }

    private static void answer(Exchange exchange, int status, Definition definition) {
        exchange.answerHeader("ETag", "\"" + definition.version() + "\"");
        exchange.json(status, definition);
    }

    private void undefine(Exchange exchange) {
        definitions()
                .undefine(
                        domain(exchange), condition(exchange), exchange.query().flag(DISCARD_SAVE));
        exchange.json(200, List.of());
    }

    private void changePolicy(Exchange exchange) {
        Definition before = definitions().require(domain(exchange));
        Query query = exchange.query();
        StartPolicy policy = new StartPolicy(
                query.text("autostart").isPresent() ? query.flag("autostart") : before.autostart(),
                query.number("order", LAST_ORDER).orElse(before.order()),
                Duration.ofSeconds(
                        query.number("delay", LONGEST_SECONDS).orElse(Math.toIntExact(before.delaySeconds()))),
                query.text("ready").map(DefinitionRoutes::ready).orElse(before.ready()),
                Duration.ofSeconds(query.number("timeout", LONGEST_SECONDS)
                        .orElse(Math.toIntExact(before.readyTimeoutSeconds()))));
        answer(exchange, 200, definitions().plan(domain(exchange), policy, condition(exchange)));
    }

    private static StartPolicy.Ready ready(String word) {
        return Arrays.stream(StartPolicy.Ready.values())
                .filter(r -> r.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst()
                .orElseThrow(() -> ApiException.badRequest(
                        "query parameter 'ready' is started, drivers or guest, not '" + word + "'"));
    }

    /** {@code If-Match: "3"}, {@code If-None-Match: *}. */
    private static Condition condition(Exchange exchange) {
        Optional<Long> version = exchange.header("If-Match")
                .filter(tag -> !tag.strip().equals("*"))
                .map(DefinitionRoutes::version);
        boolean fresh = exchange.header("If-None-Match").isPresent();
        return new Condition(Optional.empty(), version, fresh);
    }

    private static long version(String tag) {
        String number = tag.strip().replace("\"", "");
        if (!number.matches("[0-9]{1,18}")) {
            throw ApiException.badRequest("If-Match is the ETag of a definition, like \"3\", not " + tag);
        }
        return Long.parseLong(number);
    }

    private void start(Exchange exchange) {
        boolean paused = exchange.query().flag("paused");
        boolean discard = exchange.query().flag(DISCARD_SAVE);
        Optional<Duration> wait = exchange.query().wait("wait");
        starting.answer(
                exchange,
                starting.once(
                        exchange,
                        "start " + paused + (discard ? " " + DISCARD_SAVE : ""),
                        () -> definitions().start(domain(exchange), paused, discard)),
                wait,
                200);
    }

    private void startGuests(Exchange exchange) {
        Optional<Duration> wait = exchange.query().wait("wait");
        starting.answer(exchange, starting.once(exchange, "start-guests", definitions()::startAll), wait, 200);
    }

    private void stopGuests(Exchange exchange) {
        Duration deadline = Duration.ofSeconds(
                exchange.query().number("deadline", LONGEST_STOP_SECONDS).orElse(300));
        boolean others = exchange.query().flag("others");
        Optional<Duration> wait = exchange.query().wait("wait");
        starting.answer(
                exchange,
                starting.once(
                        exchange,
                        "stop-guests " + deadline + others,
                        () -> definitions().stopAll(deadline, others)),
                wait,
                200);
    }
}
