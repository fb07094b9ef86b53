package dev.jxl.xld;

import dev.jxl.xld.host.xen.PeerSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * jxld's command line.
 *
 * @param host which host to drive
 * @param socket where to listen
 * @param state folder of the database
 * @param certificates folder of what shows other hosts who this one is
 * @param hooks folder of the programs that migrations run
 * @param listen where other hosts call
 * @param help whether only the usage is asked for
 */
record Arguments(
        Kind host,
        Path socket,
        Path state,
        Path certificates,
        Path hooks,
        Optional<PeerSettings.Listen> listen,
        boolean help) {
    private static final String LISTEN = "--migration-listen=";
    private static final Pattern WHERE = Pattern.compile("(?:([^:]+|\\[[0-9A-Fa-f:.]+]):)?([0-9]{1,5})");
    private static final int MOST_PORT = 65535;

    /** What {@code --help} prints. */
    static final String USAGE = """
            Usage: jxld [--host=xen|sim] [--socket=PATH] [--state=DIR] [--tls=DIR] [--hooks=DIR] [--migration-listen=[ADDRESS:]PORT]

              --host=xen     drive the Xen under this dom0 (default)
              --host=sim     serve the same API over a simulated host, on any machine
              --socket=PATH  the HTTP socket (default: JXL_SOCKET, or /run/jxld/jxld.sock)
              --state=DIR    folder of jxld's database (default: /var/lib/jxl)
              --tls=DIR      key.pem, cert.pem, ca.pem and peers, for 'jxl migrate DOMAIN jxl://HOST'
                             (default: /etc/jxl/tls)
              --hooks=DIR    pre-release and post-acquire, programs that hand a guest's disks over with it
                             (default: /etc/jxl/hooks)
              --migration-listen=[ADDRESS:]PORT
                             let the jxld of other hosts send guests here (default: they cannot; their own default is 8474)
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
        Path certificates = PeerSettings.CERTIFICATES;
        Path hooks = Path.of("/etc/jxl/hooks");
        Optional<PeerSettings.Listen> listen = Optional.empty();
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
            } else if (arg.startsWith("--tls=") && arg.length() > "--tls=".length()) {
                certificates = Path.of(arg.substring("--tls=".length())).toAbsolutePath();
            } else if (arg.startsWith("--hooks=") && arg.length() > "--hooks=".length()) {
                hooks = Path.of(arg.substring("--hooks=".length())).toAbsolutePath();
            } else if (arg.startsWith(LISTEN)) {
                listen = Optional.of(listen(arg.substring(LISTEN.length())));
            } else {
                throw new IllegalArgumentException("'" + arg + "' is not an argument of jxld; jxld --help shows them");
            }
        }
        return new Arguments(host, socket, state, certificates, hooks, listen, help);
    }

    private static PeerSettings.Listen listen(String where) {
        Matcher matcher = WHERE.matcher(where);
        int port = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
        if (port < 1 || port > MOST_PORT) {
            throw new IllegalArgumentException(
                    "'" + LISTEN + where
                            + "' is not understood: PORT, ADDRESS:PORT or [IPv6 ADDRESS]:PORT follow, with a port from 1 to 65535");
        }
        return new PeerSettings.Listen(
                Optional.ofNullable(matcher.group(1)).map(address -> address.replaceAll("[\\[\\]]", "")), port);
    }
}
