package dev.jxl.rest;

import dev.jxl.config.ErrorCode;
import dev.jxl.xld.api.Toolstack;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.PathMatchers;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All routes together, and what is the same for each: errors, the log, the closing of connections. */
final class Api {
    private static final System.Logger LOG = System.getLogger(Api.class.getName());
    private final List<Route> routes;

    Api(Toolstack toolstack, EventStream events) {
        routes = Stream.of(
                        new HostRoutes(toolstack).routes(),
                        new DomainRoutes(toolstack).routes(),
                        new LifecycleRoutes(toolstack).routes(),
                        new MigrationRoutes(toolstack).routes(),
                        new DomainResourceRoutes(toolstack).routes(),
                        new HostResourceRoutes(toolstack).routes(),
                        new DeviceRoutes(toolstack).routes(),
                        new DefinitionRoutes(toolstack).routes(),
                        new HostPciRoutes(toolstack).routes(),
                        new DoctorRoutes(toolstack).routes(),
                        new DriverDomainRoutes(toolstack).routes(),
                        new MetricsRoutes(toolstack).routes(),
                        new OperationRoutes(toolstack).routes(),
                        new ConfigRoutes(toolstack).routes(),
                        List.of(new Route("GET", "/v1/events", EventStream.QUERY, events::answer)))
                .flatMap(List::stream)
                .toList();
    }

    List<Route> routes() {
        return routes;
    }

    HttpRouting.Builder routing() {
        HttpRouting.Builder routing = HttpRouting.builder().addFilter(Api::closeWhenAsked);
        for (Route route : routes) {
            routing.route(Method.create(route.method()), route.path(), (req, res) -> answer(route, req, res));
        }
        return routing.any((req, res) -> {
            Route missing = new Route(req.prologue().method().text(), "", Set.of(), x -> refuse(req, x));
            answer(missing, req, res);
        });
    }

    private static void answer(Route route, ServerRequest req, ServerResponse res) {
        String line = req.prologue().method().text() + " " + req.path().rawPath();
        try {
            Set<String> query = route.path().isEmpty() ? req.query().names() : route.query();
            route.handler().handle(new Exchange(req, res, query));
        } catch (IOException | UncheckedIOException e) {
            throw new CloseConnectionException("the client is gone in " + line, e);
        } catch (CloseConnectionException e) {
            throw e;
        } catch (RuntimeException | AssertionError e) {
            if (res.isSent()) {
                throw new CloseConnectionException("failed after the answer had begun: " + line, e);
            }
            Problem problem = Problem.of(e, line);
            new Exchange(req, res, req.query().names()).problem(problem);
        }
        if (changes(route)) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0}: {1}: {2}",
                    PeerCredentials.of(req.socketId()),
                    line,
                    res.status().codeText());
        }
    }

    /** Only such requests are logged: a conversion is asked for by the thousand. */
    private static boolean changes(Route route) {
        return !"GET".equals(route.method()) && !route.path().startsWith("/v1/config/");
    }

    private void refuse(ServerRequest req, Exchange exchange) {
        String path = req.path().path();
        String allowed = routes.stream()
                .filter(route ->
                        PathMatchers.create(route.path()).match(req.path()).accepted())
                .map(Route::method)
                .sorted()
                .collect(Collectors.joining(", "));
        if (allowed.isEmpty()) {
            throw new ApiException(
                    ErrorCode.NOT_FOUND, "no route '" + path + "': GET /v1/openapi.yaml describes those there are");
        }
        exchange.answerHeader(HeaderNames.ALLOW.defaultCase(), allowed);
        throw new ApiException(
                ErrorCode.METHOD_NOT_ALLOWED,
                "'" + path + "' does not know " + req.prologue().method().text() + ": it knows " + allowed);
    }

    /** Helidon 4.5.0 answers {@code Connection: close} but keeps the connection: a client that waits for its end hangs. */
    private static void closeWhenAsked(FilterChain chain, RoutingRequest req, RoutingResponse res) {
        chain.proceed();
        boolean close = req.headers().values(HeaderNames.CONNECTION).stream()
                .flatMap(value -> Stream.of(value.split(",")))
                .anyMatch(token -> token.strip().equalsIgnoreCase("close"));
        if (close) {
            throw new CloseConnectionException("the client asked to close");
        }
    }
}
