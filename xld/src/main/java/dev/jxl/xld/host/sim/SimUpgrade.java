package dev.jxl.xld.host.sim;

import dev.jxl.xenstore.StoreAccess;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the program in a simulated driver domain is changed for another one. A version with {@code dies} in it ends at once, one with
 * {@code stuck} answers nothing, one with {@code deaf} takes no ring up; {@code protocol1} speaks the protocol before, {@code junk} is no program.
 */
final class SimUpgrade {
    private static final int PART = 1500;
    private static final int PARTS = 40;
    private static final Pattern OFFER = Pattern.compile("([0-9a-f]+) ([0-9]+) [0-9a-f]{64}");
    private static final Pattern VERSION = Pattern.compile("version=([^\n]+)\n");

    private final StoreAccess store;
    private final String home;
    private final StringBuilder came = new StringBuilder();
    private String id = "";
    private String version = "simulated";
    private String before = "";

    SimUpgrade(StoreAccess store, String home) {
        this.store = store;
        this.home = home;
    }

    static byte[] program(String version) {
        String start = version.contains("junk") ? "#!/bin/sh\n" : "\u007fELF\u0002";
        String protocol = version.contains("protocol1") ? "1" : "2";
        String identity = "jxl-backend protocol=" + protocol + " version=" + version + "\n";
        return (start + identity + "x".repeat(PART * PARTS)).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Of the program that runs now. */
    String version() {
        return version;
    }

    boolean stuck() {
        return version.contains("stuck");
    }

    boolean deaf() {
        return version.contains("deaf");
    }

    /** What its program would do by itself. */
    void step() {
        Matcher offer = OFFER.matcher(store.find(home + "/jxl-upgrade/program").orElse(""));
        boolean offered = offer.matches();
        if (!before.isEmpty()) {
            stand(offered && offer.group(1).equals(id));
        } else if (offered) {
            take(offer.group(1), Integer.parseInt(offer.group(2)));
        }
    }

    private boolean has(String node) {
        return store.find(home + "/jxl-upgrade/" + node).isPresent();
    }

    private void answer(String words) {
        store.write(home + "/data/jxl-backend/upgrade", id + " " + words);
    }

    private void take(String offered, int bytes) {
        if (!offered.equals(id)) {
            id = offered;
            came.setLength(0);
            answer("taken 0");
        }
        int had = came.length();
        Optional<String> part = store.find(home + "/jxl-upgrade/part/" + had);
        while (came.length() < bytes && part.isPresent()) {
            came.append(new String(Base64.getDecoder().decode(part.get()), StandardCharsets.ISO_8859_1));
            part = store.find(home + "/jxl-upgrade/part/" + came.length());
        }
        if (came.length() > had) {
            answer(came.length() < bytes ? "taken " + came.length() : "checked");
        }
        if (came.length() == bytes && has("go")) {
            begin();
        }
    }

    private void begin() {
        Matcher next = VERSION.matcher(came);
        before = version;
        version = next.find() ? next.group(1) : "dies";
        if (version.contains("dies")) {
            goBack("it ended with status 139");
        } else {
            // As jxl-backend does: whoever reads of the trial must not find what the one before has counted.
            store.remove(home + "/data/jxl-backend/devices");
            answer("trial");
        }
    }

    private void stand(boolean offered) {
        if (!offered) {
            goBack("it ended with status 75");
        } else if (has("keep")) {
            before = "";
            answer("kept");
        }
    }

    private void goBack(String why) {
        version = before;
        before = "";
        answer("failed " + why);
    }
}
