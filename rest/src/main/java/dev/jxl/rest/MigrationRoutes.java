package dev.jxl.rest;

import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainAction.Migrate.Command;
import dev.jxl.xld.api.DomainAction.Migrate.Here;
import dev.jxl.xld.api.DomainAction.Migrate.Peer;
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

    private static final String JXLD = "jxl://";
    private static final int LONGEST_DOWNTIME_MILLIS = 60_000;
    private static final int FASTEST_MIB = 1_000_000;
    private static final long MIB = 1 << 20;

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
                        Set.of("wait", "to", "command", "offline", "paused", "downtime", "bandwidth", "auto-converge"),
                        x -> starting.act(x, migrate(x.query()))),
                new Route(
                        "POST",
                        "/v1/host/actions/migrate-receive",
                        Set.of("wait", "from", "to", "paused"),
                        this::receive),
                new Route(
                        "GET",
                        "/v1/migrations",
                        Set.of(),
                        x -> x.json(200, toolstack.migrations().list())),
                new Route(
                        "GET",
                        "/v1/migrations/{id}",
                        Set.of(),
                        x -> x.json(200, toolstack.migrations().require(x.pathParameter("id")))),
                new Route("POST", "/v1/migrations/{id}/actions/resolve", Set.of("keep"), this::resolve));
    }

    private static DomainAction.Migrate migrate(Query query) {
        boolean live = !query.flag("offline");
        boolean autoConverge = query.flag("auto-converge");
        Duration downtime = query.number("downtime", LONGEST_DOWNTIME_MILLIS)
                .map(Duration::ofMillis)
                .orElse(DomainAction.Migrate.DOWNTIME);
        Optional<Integer> bandwidth = query.number("bandwidth", FASTEST_MIB);
        String to = query.required("to");
        if (to.startsWith(JXLD) && query.text("command").isEmpty()) {
            Peer peer = Peer.parse(to.substring(JXLD.length()));
            long bytesPerSecond = bandwidth.orElse(0) * MIB;
            return new DomainAction.Migrate(
                    peer.address(),
                    new Peer(peer.host(), peer.port(), query.flag("paused"), bytesPerSecond),
                    live,
                    downtime,
                    autoConverge);
        }
        if (bandwidth.isPresent()) {
            throw ApiException.badRequest("query parameter 'bandwidth' goes with jxl://HOST only: what a command sends"
                    + " through is limited by that command");
        }
        if (to.equals("localhost") && query.text("command").isEmpty()) {
            return new DomainAction.Migrate(to, new Here(query.flag("paused")), live, downtime, autoConverge);
        }
        Named other = other(query, to);
        return new DomainAction.Migrate(other.name(), new Command(other.command()), live, downtime, autoConverge);
    }

    /** A host that a command leads to. */
    private record Named(String name, String command) {}

    private static Named other(Query query, String to) {
        boolean paused = query.flag("paused");
        if (query.text("command").isEmpty()) {
            if (!HOST.matcher(to).matches()) {
                throw ApiException.badRequest("query parameter 'to' is a host, or USER@HOST, of letters, digits and"
                        + " . _ - : [ ], which does not begin with '-', or jxl://HOST; a host that is reached in another"
                        + " way needs 'command'");
            }
            return new Named(to, receiver(to, paused));
        }
        if (paused) {
            throw ApiException.badRequest("query parameter 'paused' does not go with 'command': the receiver is told by"
                    + " its own option, as in 'ssh HOST jxl migrate-receive -p'");
        }
        return new Named(oneLine("to", to), oneLine("command", query.required("command")));
    }

    /** What is run here to have a receiver there: jxl's where there is one. Nobody is there to be asked for a password. */
    private static String receiver(String host, boolean paused) {
        String receive = " migrate-receive" + (paused ? " -p" : "");
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

    private void resolve(Exchange exchange) {
        String keep = exchange.query().required("keep");
        if (!keep.equals("here") && !keep.equals("there")) {
            throw ApiException.badRequest("query parameter 'keep' is here or there, not '" + keep + "'");
        }
        exchange.json(200, toolstack.migrations().resolve(exchange.pathParameter("id"), keep.equals("here")));
    }

    private static Path pipe(Query query, String name) {
        Path path = query.path(name);
        if (!path.isAbsolute()) {
            throw ApiException.badRequest("query parameter '" + name + "' is a whole path that starts with '/'");
        }
        return path;
    }
}
