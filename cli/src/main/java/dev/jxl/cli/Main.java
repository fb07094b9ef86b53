package dev.jxl.cli;

/** {@code jxl}. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code; {@code jxl help exit-codes} tells them. */
    public static void main(String[] args) {
        // picocli would look for Groovy and for converters of types that no option here has.
        System.setProperty("picocli.disable.closures", "true");
        System.setProperty("picocli.converters.excludes", "java[.].*");
        Terminal terminal = Terminal.system();
        int code = Invocation.run(args, terminal);
        terminal.flush();
        Runtime.getRuntime().exit(code);
    }
}
