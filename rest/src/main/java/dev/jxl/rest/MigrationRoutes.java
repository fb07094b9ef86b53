package dev.jxl.rest;

import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.Toolstack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A guest goes to another host, or comes from one. */
final class MigrationRoutes {
    /** A host's name or address, with a user before it or not: nothing that a shell or ssh takes for more than that. */
    private static final Pattern HOST =
            Pattern.compile("([A-Za-z0-9._][A-Za-z0-9._-]*@)?[A-Za-z0-9._:\\[\\]][A-Za-z0-9._:\\[\\]-]*");

    private final Toolstack toolstack;
    private final Starting starting;

    MigrationRoutes(Toolstack toolstack) {
        this.toolstack = toolstack;
        this.starting = new Starting(toolstack);
    }

    List<Route> routes() {
        return List.of(
                new Route(
                        "POST",
                        "/v1/domains/{domain}/actions/migrate",
                        Set.of("wait", "to", "command", "offline", "paused"),
                        x -> starting.act(x, migrate(x.query()))),
                new Route(
                        "POST",
                        "/v1/host/actions/migrate-receive",
                        Set.of("wait", "from", "to", "paused"),
                        this::receive));
    }

    private static DomainAction.Migrate migrate(Query query) {
        boolean live = !query.flag("offline");
        boolean paused = query.flag("paused");
        String to = query.required("to");
        if (query.text("command").isEmpty()) {
            if (!HOST.matcher(to).matches()) {
                throw ApiException.badRequest("query parameter 'to' is a host, or USER@HOST, of letters, digits and"
                        + " . _ - : [ ], which does not begin with '-'; a host that is reached in another way needs"
                        + " 'command'");
            }
            return new DomainAction.Migrate(to, receiver(to, paused), live);
        }
        if (paused) {
            throw ApiException.badRequest("query parameter 'paused' does not go with 'command': the receiver is told by"
                    + " its own option, as in 'ssh HOST jxl migrate-receive -p'");
        }
        return new DomainAction.Migrate(oneLine("to", to), oneLine("command", query.required("command")), live);
    }

    /** What is run here to have a receiver there: jxl's where there is one. Nobody is there to be asked for a password, and
     * this host needs no ssh to come to itself. */
    private static String receiver(String host, boolean paused) {
        String receive = " migrate-receive" + (paused ? " -p" : "");
        if (host.equals("localhost")) {
            return "exec jxl" + receive;
        }
        return "exec ssh -o BatchMode=yes -- '" + host + "' 'if command -v jxl >/dev/null 2>&1; then exec jxl" + receive
                + "; else exec xl" + receive + "; fi'";
    }

    private static String oneLine(String name, String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw ApiException.badRequest("query parameter '" + name + "' is one line of printable text");
        }
        return text;
    }

    private void receive(Exchange exchange) {
        Optional<Duration> wait = exchange.query().wait("wait");
        boolean paused = exchange.query().flag("paused");
        Path from = pipe(exchange.query(), "from");
        Path to = pipe(exchange.query(), "to");
        OperationView operation = starting.once(
                exchange, "receive " + from + " " + to + " " + paused, () -> toolstack.receive(from, to, paused));
        starting.answer(exchange, operation, wait, 201);
    }

    private static Path pipe(Query query, String name) {
        Path path = query.path(name);
        if (!path.isAbsolute()) {
            throw ApiException.badRequest("query parameter '" + name + "' is a whole path that starts with '/'");
        }
        return path;
    }
}
