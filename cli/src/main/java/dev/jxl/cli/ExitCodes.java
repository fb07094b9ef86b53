package dev.jxl.cli;

/**
 * The exit codes, by the code that jxld answers with. The daemon's table is not loaded here, because that costs time at
 * each start; a test holds the two together.
 */
final class ExitCodes {
    static final int OK = 0;
    static final int USAGE = 2;
    static final int CANCELLED = 9;
    static final int DAEMON_UNREACHABLE = 14;
    static final int BROKEN_IMAGE = 18;
    static final int FINDINGS = 19;
    static final int INTERNAL = 70;
    static final int INTERRUPTED = 130;

    /** What each means: code, what jxld calls it (separated by spaces), sentence. */
    static final String[][] TABLE = {
        {
            "2",
            "invalid-spec bad-request method-not-allowed body-too-large unsupported-media-type key-reused",
            "the command, the request or the configuration is wrong"
        },
        {
            "3",
            "domain-not-found device-not-found operation-not-found cpupool-not-found not-found",
            "there is no such domain, device, operation or cpupool"
        },
        {"4", "name-in-use", "another domain has that name or UUID"},
        {"5", "wrong-state domain-busy precondition-failed", "the domain is in a state in which this cannot be done"},
        {"6", "not-enough-memory", "the host has not enough free memory"},
        {"7", "device-failed", "a device could not be attached"},
        {"8", "build-failed", "the guest's image could not be built"},
        {"9", "operation-cancelled", "the operation was cancelled"},
        {"10", "operation-timed-out", "something did not happen in time"},
        {"11", "host-unsupported", "the host cannot do this"},
        {"12", "host-unavailable", "this machine is not a Xen dom0, or Xen or xenstored is not there"},
        {"13", "forbidden", "not allowed for this user"},
        {"14", "daemon-unreachable", "jxld is not running"},
        {"15", "hypercall-failed", "Xen refused a call"},
        {"16", "file-failed", "a file of the host could not be read or written"},
        {"17", "device-model-failed", "QEMU did not start, ended, or refused a command"},
        {"18", "", "a saved guest's file is broken"},
        {"19", "", "something is wrong with the host (jxl doctor) or weakens a driver domain (jxl driver lint)"},
        {"20", "migration-failed", "a guest could not be moved; it is where it was"},
        {"21", "migration-undecided", "a guest may be on the other host; it is kept here, suspended"},
        {"70", "internal", "a defect of jxl: its log has more"},
        {"130", "", "interrupted"},
    };

    private ExitCodes() {}

    /** The exit code of what jxld answered; an unknown code is a defect. */
    static int of(String code) {
        for (String[] row : TABLE) {
            if ((" " + row[1] + " ").contains(" " + code + " ")) {
                return Integer.parseInt(row[0]);
            }
        }
        return INTERNAL;
    }
}
