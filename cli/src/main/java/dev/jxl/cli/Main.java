package dev.jxl.cli;

/** {@code jxl}. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code; {@code jxl help exit-codes} tells them. */
    public static void main(String[] args) {
        Terminal terminal = Terminal.system();
        int code = CommandLine.run(args, terminal);
        terminal.flush();
        Runtime.getRuntime().exit(code);
    }
}
