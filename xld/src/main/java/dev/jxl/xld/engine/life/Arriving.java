package dev.jxl.xld.engine.life;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.xld.engine.operation.OperationRun;
import java.util.Optional;

/** A guest that is sent here, as the making of its domain sees it. For one thread. */
public interface Arriving extends AutoCloseable {
    /** The domain of this host that it is sent from, where it is. */
    Optional<DomainId> sender();

    /** What the domain is until it is this host's: the same under another name. */
    DomainSpec incoming();

    /** What it is from then on. */
    DomainSpec spec();

    /** Asks for the guest, and waits until it is this host's. */
    void takeOver(OperationRun run);

    /** It is let run next. */
    void starting();

    /** The guest runs here. */
    void succeeded();

    /** Nothing is left of it here that could run. */
    void failed();

    /** Nothing more is said to the sender. */
    @Override
    void close();
}
