package dev.jxl.xld.host.sim;

import dev.jxl.xenstore.XenStore;
import dev.jxl.xenstore.XenStoreException;
import java.util.List;

/** Writes what nobody should believe into every node that a guest may write. */
final class HostileGuest {
    private static final String LONG = "9".repeat(2000);
    private final XenStore store;
    private final String home;

    HostileGuest(XenStore store, String home) {
        this.store = store;
        this.home = home;
    }

    void act() {
        for (String kind : List.of("vbd", "vif")) {
            for (String devid : store.list(home + "/device/" + kind)) {
                String frontend = home + "/device/" + kind + "/" + devid;
                attempt(frontend + "/backend", "/local/domain/0");
                attempt(frontend + "/backend-id", "-1");
                attempt(frontend + "/state", LONG);
                attempt(frontend + "/../../../../0/name", "mine");
            }
        }
        attempt(home + "/control/feature-poweroff", LONG);
        attempt(home + "/control/shutdown", "\u0000\u001b[2J");
        attempt(home + "/data/report", "../../../../etc/passwd");
        attempt(home + "/error/device/vbd", LONG);
        attempt(home + "/console/tty", "/etc/shadow");
        attempt(home + "/name", "Domain-0");
        attempt(home + "/domid", "0");
        attempt(home + "/memory/target", LONG);
    }

    private void attempt(String path, String value) {
        try {
            store.write(path, value);
        } catch (XenStoreException.AccessDenied
                | XenStoreException.QuotaExceeded
                | XenStoreException.Refused
                | IllegalArgumentException refused) {
            return;
        }
    }
}
