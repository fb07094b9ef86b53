package dev.jxl.cli;

import java.util.List;

/**
 * {@code jxl cpupool-destroy|-rename|-cpu-add|-cpu-remove|-migrate|-numa-split}.
 *
 * @source tools/xl/xl_cpupool.c
 */
final class CpuPoolCommand implements Command {
    private final String name;

    CpuPoolCommand(String name) {
        this.name = name;
    }

    @Override
    public String operands() {
        return switch (name) {
            case "cpupool-destroy" -> "POOL";
            case "cpupool-rename" -> "POOL NAME";
            case "cpupool-migrate" -> "DOMAIN POOL";
            case "cpupool-numa-split" -> "";
            default -> "POOL CPUS";
        };
    }

    @Override
    public List<Options.Option> options() {
        return List.of();
    }

    @Override
    public String description() {
        return name.startsWith("cpupool-cpu-") ? "CPUS is a set of CPUs: 3, 0-3, node:0, with commas between.\n" : "";
    }

    @Override
    public int run(Call call) {
        int count = operands().isEmpty() ? 0 : operands().split(" ", -1).length;
        List<String> operands = call.operands(count, count);
        return switch (name) {
            case "cpupool-destroy" -> Change.perform(call, "DELETE", pool(operands.getFirst()));
            case "cpupool-rename" ->
                Change.perform(
                        call, "PUT", pool(operands.getFirst()) + "/name", new JsonBody().text("name", operands.get(1)));
            case "cpupool-migrate" ->
                Change.ofDomain(call, operands.getFirst(), "cpupool", new JsonBody().text("pool", operands.get(1)));
            case "cpupool-numa-split" -> Change.perform(call, "POST", "/v1/cpupools/actions/numa-split");
            default ->
                Change.perform(
                        call,
                        "POST",
                        pool(operands.getFirst())
                                + (name.endsWith("add") ? "/actions/add-cpus" : "/actions/remove-cpus"),
                        new JsonBody().text("cpus", operands.get(1)));
        };
    }

    private static String pool(String pool) {
        return "/v1/cpupools/" + Daemon.encoded(pool);
    }
}
