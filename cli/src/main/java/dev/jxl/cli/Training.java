package dev.jxl.cli;

/**
 * Runs several commands in one JVM, one argument each, its words separated by spaces. {@code make-aot-caches} runs this when
 * it records what the ahead-of-time cache of {@code jxl} is to hold: a cache comes from one JVM. Nobody else calls it.
 */
public final class Training {
    private Training() {}

    /** Runs the commands, whatever each of them ends with. */
    public static void main(String[] commands) {
        Main.prepare();
        for (String command : commands) {
            Terminal terminal = Terminal.system();
            Invocation.run(command.split(" ", -1), terminal);
            terminal.flush();
        }
        Runtime.getRuntime().halt(ExitCodes.OK);
    }
}
