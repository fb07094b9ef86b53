package dev.jxl.cli;

import java.util.List;

/** {@code jxl vcpu-set DOMAIN N}. @source tools/xl/xl_vcpu.c: main_vcpuset */
final class VcpuSetCommand implements Command {
    @Override
    public String operands() {
        return "DOMAIN VCPUS";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(new Options.Option('i', "ignore-host", "", "also more than the host has CPUs"));
    }

    @Override
    public int run(Call call) {
        List<String> operands = call.operands(2, 2);
        JsonBody body = new JsonBody()
                .number("online", Change.number("VCPUS", operands.get(1)))
                .flag("ignoreHost", call.options().has("ignore-host"));
        return Change.ofDomain(call, operands.getFirst(), "vcpus", body);
    }
}
