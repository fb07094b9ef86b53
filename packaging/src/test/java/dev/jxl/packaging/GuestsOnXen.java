package dev.jxl.packaging;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** Tests of guests on the embedded host, which leave it as they found it. */
abstract class GuestsOnXen {
    final XenHost host = XenHost.withJxl();

    /** What there was in dom0 before the test. */
    List<String> before = List.of();

    @BeforeEach
    void lookAround() {
        before = host.traces();
    }

    /** Types a line into a guest's shell until it has answered. */
    void ask(String guest, String line, String expected) {
        host.must("console-ask jxl " + guest + " '" + line + "' " + expected + " 120");
    }
}
