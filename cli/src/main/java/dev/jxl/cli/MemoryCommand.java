package dev.jxl.cli;

import java.util.List;

/** {@code jxl mem-set|mem-max DOMAIN SIZE}. @source tools/xl/xl_mem.c: main_memset, main_memmax */
final class MemoryCommand implements Command {
    private static final String UNITS = "bkmgt";

    @Override
    public String operands() {
        return "DOMAIN SIZE";
    }

    @Override
    public List<Options.Option> options() {
        return List.of();
    }

    @Override
    public String description() {
        return "SIZE is in MiB; b, k, m, g or t behind it make it bytes, KiB, MiB, GiB or TiB.\n";
    }

    @Override
    public int run(Call call) {
        List<String> operands = call.operands(2, 2);
        String member = call.name().equals("mem-set") ? "targetKib" : "maximumKib";
        return Change.ofDomain(
                call, operands.getFirst(), "memory", new JsonBody().number(member, kib(operands.get(1))));
    }

    /** @source tools/xl/xl_parse.c: parse_mem_size_kb */
    static long kib(String size) {
        int unit = size.isEmpty() ? -1 : UNITS.indexOf(Character.toLowerCase(size.charAt(size.length() - 1)));
        String digits = unit < 0 ? size : size.substring(0, size.length() - 1);
        long number = Change.number("SIZE", digits);
        return switch (unit) {
            case 0 -> number / 1024;
            case 1 -> number;
            case 3 -> number << 20;
            case 4 -> number << 30;
            default -> number << 10;
        };
    }
}
