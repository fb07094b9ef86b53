package dev.jxl.xld.engine.move;

import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import dev.jxl.xld.host.MigrationLink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/**
 * What sender and receiver of a guest say to each other beside the guest: xl's words, so that either side may be xl.
 *
 * @source tools/xl/xl.h: migrate_receiver_banner, migrate_receiver_ready, migrate_permission_to_go, migrate_report;
 *     tools/xl/xl_migrate.c: migrate_domain, migrate_receive
 */
final class MigrationTalk {
    private static final byte[] BANNER = bytes("xl migration receiver ready, send binary domain data.\n");
    private static final byte[] RECEIVED = bytes("domain received, ready to unpause\0");
    private static final byte[] YOURS = bytes("domain is yours, you are cleared to unpause\0");
    private static final byte[] REPORT = bytes("my copy unpause results are as follows\0");
    private static final int LONGEST_SHOWN = 80;

    /** A command starts on another host, or the other side finishes devices: minutes are for busy ones. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final MigrationLink link;
    private final Runnable tick;

    /** @param tick called several times a second while it waits; may throw to give up */
    MigrationTalk(MigrationLink link, Runnable tick) {
        this.link = link;
        this.tick = tick;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    // The sender's part.

    /** The receiver is there. */
    void awaitBanner() {
        expect(BANNER, "a receiver's greeting");
    }

    /** The guest is there as a whole. */
    void awaitReceived() {
        expect(RECEIVED, "the news that it has the guest");
    }

    /** The guest is the receiver's; also the receiver's word that it is not. */
    void sayYours() {
        link.send(YOURS, tick);
    }

    /** Whether it runs there; after this no cancel comes through. */
    boolean awaitReport() {
        expect(REPORT, "the news that the guest runs");
        return link.receive(1, PATIENCE, tick)[0] == 0;
    }

    /** The receiver has destroyed what it had. */
    void awaitGivenBack() {
        expect(YOURS, "the guest back");
    }

    // The receiver's part.

    void sayHello() {
        link.send(BANNER, tick);
    }

    void sayReceived() {
        link.send(RECEIVED, tick);
    }

    /** From now on the guest is here and nowhere else. */
    void awaitYours() {
        expect(YOURS, "the word that the guest may run here");
    }

    void report(boolean runs) {
        byte[] words = Arrays.copyOf(REPORT, REPORT.length + 1);
        words[REPORT.length] = (byte) (runs ? 0 : 1);
        link.send(words, tick);
    }

    private void expect(byte[] words, String what) {
        byte[] got = link.receive(words.length, PATIENCE, tick);
        if (!Arrays.equals(got, words)) {
            String shown = new String(got, StandardCharsets.US_ASCII).replaceAll("[^ -~]", ".");
            throw new MigrationFailed(
                    "the other side said '" + shown.substring(0, Math.min(shown.length(), LONGEST_SHOWN))
                            + "' instead of " + what + ": is it a 'migrate-receive' of jxl or xl?",
                    null);
        }
    }
}
