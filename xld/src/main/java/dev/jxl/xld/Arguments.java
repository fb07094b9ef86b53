package dev.jxl.xld;

import java.nio.file.Path;
import java.util.Map;

/**
 * jxld's command line.
 *
 * @param host which host to drive
 * @param socket where to listen
 * @param state folder of the database
 * @param help whether only the usage is asked for
 */
record Arguments(Kind host, Path socket, Path state, boolean help) {
    /** What {@code --help} prints. */
    static final String USAGE = """
            Usage: jxld [--host=xen|sim] [--socket=PATH] [--state=DIR]

              --host=xen     drive the Xen under this dom0 (default)
              --host=sim     serve the same API over a simulated host, on any machine
              --socket=PATH  the HTTP socket (default: JXL_SOCKET, or /run/jxld/jxld.sock)
              --state=DIR    folder of jxld's database (default: /var/lib/jxl)
              --help         this text

            Under systemd: systemctl start jxld. The command line client is jxl.
            """;

    /** Which host. */
    enum Kind {
        /** The real one. */
        XEN,
        /** The simulator. */
        SIM
    }

    /**
     * Reads the arguments.
     *
     * @throws IllegalArgumentException with a sentence
     */
    static Arguments parse(String[] args, Map<String, String> environment) {
        Kind host = Kind.XEN;
        Path socket = Path.of(environment.getOrDefault("JXL_SOCKET", "/run/jxld/jxld.sock"));
        Path state = Path.of("/var/lib/jxl");
        boolean help = false;
        for (String arg : args) {
            if (arg.equals("--help") || arg.equals("-h")) {
                help = true;
            } else if (arg.equals("--host=sim")) {
                host = Kind.SIM;
            } else if (arg.equals("--host=xen")) {
                host = Kind.XEN;
            } else if (arg.startsWith("--socket=") && arg.length() > "--socket=".length()) {
                socket = Path.of(arg.substring("--socket=".length())).toAbsolutePath();
            } else if (arg.startsWith("--state=") && arg.length() > "--state=".length()) {
                state = Path.of(arg.substring("--state=".length())).toAbsolutePath();
            } else {
                throw new IllegalArgumentException("'" + arg + "' is not an argument of jxld; jxld --help shows them");
            }
        }
        return new Arguments(host, socket, state, help);
    }
}
