package dev.jxl.rest;

import dev.jxl.config.ErrorCode;
import dev.jxl.config.SpecProblem;
import dev.jxl.config.Worded;
import dev.jxl.config.XenVersion;
import dev.jxl.config.xl.ConfigForm;
import dev.jxl.config.xl.HostCpus;
import dev.jxl.config.xl.XlConverted;
import dev.jxl.xld.api.HostInfo;
import dev.jxl.xld.api.Toolstack;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Configurations, converted: nothing is created and nothing is kept. */
final class ConfigRoutes {
    private static final int MOST_CPUS = 4096;
    private final Toolstack toolstack;

    ConfigRoutes(Toolstack toolstack) {
        this.toolstack = toolstack;
    }

    List<Route> routes() {
        return List.of(new Route(
                "POST",
                "/v1/config/convert",
                Set.of("from", "to", "xen", "override", "cpus", "nodes", "report", "source", "folder"),
                this::convert));
    }

    /**
     * A conversion with what is to be known about it.
     *
     * @param form the form of the text
     * @param text the configuration
     * @param problems warnings
     */
    record Converted(String form, String text, List<SpecProblem> problems) {}

    private void convert(Exchange exchange) throws IOException {
        Query query = exchange.query();
        ConfigForm from = from(exchange);
        ConfigForm to = word(query, "to", ConfigForm::find, ConfigForm.values()).orElse(ConfigForm.LIBXL_JSON);
        XenVersion version =
                word(query, "xen", XenVersion::find, XenVersion.values()).orElse(XenVersion.USUAL);
        List<String> overrides = query.all("override");
        if (from != ConfigForm.XL_CFG && !overrides.isEmpty()) {
            throw ApiException.badRequest("query parameter 'override' goes with text/x-xl-cfg only: change the JSON");
        }
        XlConverted converted = from.convert(exchange.body(), overrides, to, version, cpus(query), query.folder());
        if (converted.json().isEmpty()) {
            exchange.problem(Problem.of(
                            ErrorCode.INVALID_SPEC,
                            "the configuration cannot be converted: " + first(converted.problems()))
                    .withProblems(converted.problems()));
        } else if (query.flag("report")) {
            exchange.json(200, new Converted(to.word(), converted.json().get(), converted.problems()));
        } else {
            String type = to == ConfigForm.XL_CFG ? "text/x-xl-cfg" : "application/json";
            exchange.text(200, type, converted.json().get());
        }
    }

    private static String first(List<SpecProblem> problems) {
        return problems.stream()
                .filter(p -> p.severity() == SpecProblem.Severity.ERROR)
                .findFirst()
                .map(SpecProblem::toString)
                .orElse("");
    }

    private static ConfigForm from(Exchange exchange) {
        Optional<ConfigForm> given = word(exchange.query(), "from", ConfigForm::find, ConfigForm.values());
        return given.orElseGet(() -> switch (exchange.contentType()) {
            case "text/x-xl-cfg" -> ConfigForm.XL_CFG;
            case "application/json" -> ConfigForm.JXL_JSON;
            default ->
                throw new ApiException(
                        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                        "a configuration is text/x-xl-cfg or application/json, not '" + exchange.contentType()
                                + "': set Content-Type, or say from=xl-cfg, jxl-json or libxl-json");
        });
    }

    private static <T extends Worded> Optional<T> word(
            Query query, String name, Function<String, Optional<T>> find, T[] all) {
        return query.text(name)
                .map(text -> find.apply(text)
                        .orElseThrow(() -> ApiException.badRequest("query parameter '" + name + "' is one of "
                                + Arrays.stream(all).map(Worded::word).collect(Collectors.joining(", ")) + ", not '"
                                + text
                                + "'")));
    }

    /** Those of this host, or of another that is described. */
    private HostCpus cpus(Query query) {
        Optional<Integer> cpus = number(query, "cpus");
        Optional<Integer> nodes = number(query, "nodes");
        if (cpus.isPresent()) {
            return HostCpus.of(cpus.get(), Math.min(cpus.get(), nodes.orElse(1)));
        }
        return own();
    }

    private HostCpus own() {
        HostInfo host = toolstack.host();
        return HostCpus.of(Math.max(1, host.maxCpuId() + 1), Math.max(1, host.nodes()));
    }

    private static Optional<Integer> number(Query query, String name) {
        return query.text(name).map(text -> {
            boolean right =
                    text.matches("[0-9]{1,4}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= MOST_CPUS;
            if (!right) {
                throw ApiException.badRequest(
                        "query parameter '" + name + "' is a number from 1 to " + MOST_CPUS + ", not '" + text + "'");
            }
            return Integer.valueOf(text);
        });
    }
}
