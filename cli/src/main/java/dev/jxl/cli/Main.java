package dev.jxl.cli;

/** {@code jxl}. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code; {@code jxl help exit-codes} tells them. */
    public static void main(String[] args) {
        prepare();
        Terminal terminal = Terminal.system();
        int code = Invocation.run(args, terminal);
        terminal.flush();
        // Not exit: that loads the JDK's loggers first. No hook is left that would have to run.
        Runtime.getRuntime().halt(code);
    }

    static void prepare() {
        // picocli would look for Groovy and for converters of types that no option here has.
        System.setProperty("picocli.disable.closures", "true");
        System.setProperty("picocli.converters.excludes", "java[.].*");
    }
}
