package dev.jxl.cli;

import java.util.List;
import java.util.Optional;

/**
 * {@code jxl vcpu-pin DOMAIN VCPU|all HARD [SOFT]}.
 *
 * @source tools/xl/xl_vcpu.c: main_vcpupin
 */
final class VcpuPinCommand implements Command {
    @Override
    public String operands() {
        return "DOMAIN VCPU|all HARD|- [SOFT|-]";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option('f', "force", "", "also undo a pinning that a kernel made for itself"),
                new Options.Option(
                        'i', "ignore-global-affinity-masks", "", "accepted for xl's sake: jxl has no such masks"));
    }

    @Override
    public String description() {
        return """
                HARD is where the vCPU may run, SOFT where it would best run; - leaves one as it is.
                A set of CPUs is 'all', or parts like 3, 0-3, ^2, nodes:0 with commas between.
                """;
    }

    @Override
    public int run(Call call) {
        List<String> operands = call.operands(3, 4);
        String vcpu = operands.get(1);
        if (!vcpu.equals("all")) {
            Change.number("VCPU", vcpu);
        }
        JsonBody body = new JsonBody()
                .text("hardAffinity", given(operands.get(2)))
                .text("softAffinity", operands.size() > 3 ? given(operands.get(3)) : Optional.empty())
                .flag("force", call.options().has("force"));
        return Change.ofDomain(call, operands.getFirst(), "vcpus/" + vcpu, body);
    }

    private static Optional<String> given(String set) {
        return set.equals("-") ? Optional.empty() : Optional.of(set);
    }
}
