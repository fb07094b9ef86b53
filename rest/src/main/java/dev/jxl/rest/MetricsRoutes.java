package dev.jxl.rest;

import dev.jxl.xld.api.DriverDomainView;
import dev.jxl.xld.api.DriverDomainView.OutageView;
import dev.jxl.xld.api.DriverDomainView.Tally;
import dev.jxl.xld.api.Toolstack;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What monitoring counts, in Prometheus' text form. Counters begin with jxld. */
final class MetricsRoutes {
    private static final String TYPE = "text/plain; version=0.0.4";
    private static final double MILLIS = 1000.0;

    private final Toolstack toolstack;

    MetricsRoutes(Toolstack toolstack) {
        this.toolstack = toolstack;
    }

    List<Route> routes() {
        return List.of(new Route("GET", "/metrics", Set.of(), this::metrics));
    }

    private void metrics(Exchange exchange) {
        exchange.text(200, TYPE, text(toolstack.drivers().list()));
    }

    /** All about driver domains. */
    static String text(List<DriverDomainView> drivers) {
        Metrics all = new Metrics(drivers);
        all.add("up", "gauge", "1 while it runs", d -> number(d.state().equals("running") ? 1 : 0));
        all.add(
                "ready",
                "gauge",
                "1 while its program says that it serves all devices",
                d -> number(d.ready() ? 1 : 0));
        all.add(
                "heartbeat_age_seconds",
                "gauge",
                "for how long its heartbeat has stood still",
                d -> d.heartbeatAgeMillis().map(age -> age / MILLIS));
        all.add(
                "devices",
                "gauge",
                "disks and nics that it serves",
                d -> number(d.devices().size()));
        all.add("stops_total", "counter", "how often it was taken away to be made again", tally(Tally::stops));
        all.add("restarts_total", "counter", "how often its clients were all served again", tally(Tally::recoveries));
        all.add("degraded_total", "counter", "how often they were not, or it was given up", tally(Tally::degradations));
        all.add(
                "last_outage_seconds",
                "gauge",
                "the last outage that ended well",
                d -> d.lastOutage().map(OutageView::seconds));
        all.head("outage_seconds", "summary", "outages that ended well");
        all.lines("outage_seconds_sum", d -> number(d.tally().outageSeconds()));
        all.lines("outage_seconds_count", tally(Tally::recoveries));
        return all.text.toString();
    }

    private static Function<DriverDomainView, Optional<Double>> tally(Function<Tally, Long> part) {
        return d -> number(part.apply(d.tally()));
    }

    private static Optional<Double> number(double value) {
        return Optional.of(value);
    }

    private record Metrics(List<DriverDomainView> drivers, StringBuilder text) {
        Metrics(List<DriverDomainView> drivers) {
            this(drivers, new StringBuilder());
        }

        void add(String name, String type, String help, Function<DriverDomainView, Optional<Double>> value) {
            head(name, type, help);
            lines(name, value);
        }

        void head(String name, String type, String help) {
            text.append("# HELP jxl_driver_")
                    .append(name)
                    .append(' ')
                    .append(help)
                    .append('\n');
            text.append("# TYPE jxl_driver_")
                    .append(name)
                    .append(' ')
                    .append(type)
                    .append('\n');
        }

        void lines(String name, Function<DriverDomainView, Optional<Double>> value) {
            for (DriverDomainView driver : drivers) {
                value.apply(driver)
                        .ifPresent(v -> text.append("jxl_driver_")
                                .append(name)
                                .append("{driver=\"")
                                .append(escaped(driver.name()))
                                .append("\"} ")
                                .append(v)
                                .append('\n'));
            }
        }

        private static String escaped(String label) {
            return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        }
    }
}
