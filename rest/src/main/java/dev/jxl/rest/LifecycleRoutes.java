package dev.jxl.rest;

import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainAction.Save.Afterwards;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.Toolstack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What is done to a living domain beside stopping and pausing it. */
final class LifecycleRoutes {
    private static final int MOST_VCPUS = 8192;
    private static final String ACTIONS = "/v1/domains/{domain}/actions/";
    private final Toolstack toolstack;
    private final Starting starting;

    LifecycleRoutes(Toolstack toolstack) {
        this.toolstack = toolstack;
        this.starting = new Starting(toolstack);
    }

    List<Route> routes() {
        return List.of(
                action("suspend", Set.of("wait"), x -> new DomainAction.Suspend()),
                action("resume", Set.of("wait"), x -> new DomainAction.Resume()),
                action(
                        "rename",
                        Set.of("wait", "name"),
                        x -> new DomainAction.Rename(x.query().required("name"))),
                action("dump-core", Set.of("wait", "file"), x -> new DomainAction.DumpCore(file(x))),
                action("save", Set.of("wait", "file", "then"), x -> new DomainAction.Save(file(x), afterwards(x))),
                action("sysrq", Set.of("wait", "key"), x -> new DomainAction.Sysrq(key(x))),
                action(
                        "trigger",
                        Set.of("wait", "name", "vcpu"),
                        x -> new DomainAction.Trigger(
                                trigger(x), x.query().number("vcpu", MOST_VCPUS).orElse(0))),
                action(
                        "cd-insert",
                        Set.of("wait", "drive", "file", "folder"),
                        x -> new DomainAction.ChangeCd(
                                x.query().required("drive"),
                                Optional.of(x.query().pathFromFolder("file")))),
                action(
                        "cd-eject",
                        Set.of("wait", "drive"),
                        x -> new DomainAction.ChangeCd(x.query().required("drive"), Optional.empty())),
                new Route("POST", "/v1/host/actions/restore", Set.of("wait", "file", "paused"), this::restore),
                new Route(
                        "POST",
                        ACTIONS + "config-update",
                        Set.of("wait", "override", "source", "folder"),
                        x -> starting.act(x, new DomainAction.Reconfigure(Starting.configuration(x, false)))));
    }

    private Route action(String word, Set<String> query, Function<Exchange, DomainAction> action) {
        return new Route("POST", ACTIONS + word, query, x -> starting.act(x, action.apply(x)));
    }

    private void restore(Exchange exchange) {
        Optional<Duration> wait = exchange.query().wait("wait");
        boolean paused = exchange.query().flag("paused");
        Path file = file(exchange);
        OperationView operation =
                starting.once(exchange, "restore " + file + " " + paused, () -> toolstack.restore(file, paused));
        starting.answer(exchange, operation, wait, 201);
    }

    private static Path file(Exchange exchange) {
        return exchange.query().path("file");
    }

    private static Afterwards afterwards(Exchange exchange) {
        String text = exchange.query().text("then").orElse("destroy");
        return Arrays.stream(Afterwards.values())
                .filter(then -> then.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() ->
                        ApiException.badRequest("query parameter 'then' is destroy, run or pause, not '" + text + "'"));
    }

    private static DomainAction.Trigger.Kind trigger(Exchange exchange) {
        String text = exchange.query().required("name");
        return Arrays.stream(DomainAction.Trigger.Kind.values())
                .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> ApiException.badRequest(
                        "query parameter 'name' is nmi, reset, init, power, sleep or s3resume, not '" + text + "'"));
    }

    private static char key(Exchange exchange) {
        String text = exchange.query().required("key");
        if (text.length() != 1 || text.charAt(0) <= ' ' || text.charAt(0) > '~') {
            throw ApiException.badRequest("query parameter 'key' is one printable character of ASCII");
        }
        return text.charAt(0);
    }
}
