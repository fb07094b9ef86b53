package dev.jxl.cli;

import java.io.IOException;
import java.util.List;

/** {@code jxl config FILE}: a configuration in another form. */
final class ConfigCommand implements Command {
    @Override
    public String operands() {
        return "FILE [KEY=VALUE…]";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option('t', "to", "FORM", "xl-cfg, jxl-json (the default) or libxl-json"),
                new Options.Option(' ', "from", "FORM", "the form of FILE; by default by its name and content"),
                new Options.Option('x', "xen", "VERSION", "whose xl and libxl, 4.17 to 4.22; 4.20 by default"),
                new Options.Option('q', "quiet", "", "no warnings"));
    }

    @Override
    public String description() {
        return """
                Prints the configuration in another form; nothing is created. '-' is standard input. From xl-cfg to libxl-json it
                prints what 'xl create --dryrun' prints.
                """;
    }

    @Override
    public boolean ownProcess(Call call) {
        return Configuration.ownProcess(call, call.options().operands());
    }

    @Override
    public int run(Call call) throws IOException {
        Configuration file = Configuration.of(call, call.options().operands());
        String from = call.options().value("from").orElseGet(() -> formOf(file.file(), file.body()));
        StringBuilder more = new StringBuilder("from=").append(Daemon.encoded(from));
        more.append("&to=").append(Daemon.encoded(call.options().value("to").orElse("jxl-json")));
        call.options().value("xen").ifPresent(xen -> more.append("&xen=").append(Daemon.encoded(xen)));
        String converted = Conversion.convert(call, file, more.toString());
        call.terminal().line(converted.endsWith("\n") ? converted.substring(0, converted.length() - 1) : converted);
        return ExitCodes.OK;
    }

    private static String formOf(String file, String text) {
        if (!text.stripLeading().startsWith("{")) {
            return file.endsWith(".json") ? "jxl-json" : "xl-cfg";
        }
        return text.contains("\"c_info\"") ? "libxl-json" : "jxl-json";
    }
}
