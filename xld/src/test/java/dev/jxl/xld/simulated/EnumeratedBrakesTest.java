package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xld.api.DomainAction.Migrate;
import dev.jxl.xld.api.DomainAction.Migrate.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A guest that writes too fast, and is slowed while it is sent from jxld to jxld, which goes wrong at each call of the sender. Afterwards
 * there is one copy, and its cap is what it was.
 */
@Timeout(600)
class EnumeratedBrakesTest extends EnumeratedBetweenHosts {
    static final int CAP = 180;
    static final String BUSY = "cap = " + CAP + "\nextra = \"sim=busy\"";
    static final Migrate SLOWLY =
            new Migrate("there", new Peer("there", Peer.PORT, false, 0), true, Migrate.DOWNTIME, true);

    EnumeratedBrakesTest() {
        super("pvh", BUSY);
    }

    @Test
    void errorAtEveryCall_capIsWhatItWas() throws InterruptedException {
        report("slowed", Side.SENDER, errorAtEveryCall(Side.SENDER), "errors, one copy, its cap as it was");
    }

    @Test
    void cancelAtEveryCall_capIsWhatItWas() throws InterruptedException {
        report("slowed", Side.SENDER, cancelAtEveryCall(Side.SENDER), "cancels, one copy, its cap as it was");
    }

    @Test
    void killAtEveryCall_capIsWhatItWas() throws InterruptedException {
        report("slowed", Side.SENDER, killAtEveryCall(Side.SENDER), "kills, one copy, its cap as it was");
    }

    @Override
    void send(TwoHosts hosts, Side side) {
        start(hosts, SLOWLY, () -> hosts.here.host().isDead());
    }

    @Override
    void awaitEnd(TwoHosts hosts) {
        // The sender asks the receiver until it has ended.
    }

    @Override
    void requireOneCopy(TwoHosts hosts, StringBuilder what) {
        requireSettled(hosts, what);
        SimulatedDaemon owner = hosts.here.find("web").isPresent() ? hosts.here : hosts.there;
        assertThat(owner.toolstack().resources().share("web").cap())
                .as(what.toString())
                .contains(CAP);
    }
}
