package dev.jxl.xld.host;

import dev.jxl.config.DomainId;
import java.nio.file.Path;

/**
 * Cores of domains, as files. A core is written under another name than its own, in the same folder, and gets its own when it is
 * whole: a half one is never taken for one. Failures are {@link dev.jxl.xld.api.ToolstackException}s, those of the file
 * {@code FileFailed}.
 */
public interface CoreDumps {
    /**
     * Writes a domain's registers and memory; the folder is made when missing. A running domain is read while it runs.
     *
     * @param part where to; whatever is there is replaced, and what is there after a failure has to be removed
     * @param progress told from time to time; may throw to cancel
     */
    void write(DomainId domain, Path part, Progress progress);

    /** Gives a whole core its own name; a file that has it is replaced. */
    void publish(Path part, Path target);

    /** Removes what a failed or interrupted dump left. Idempotent. */
    void discard(Path part);

    /** Is told how far a dump is. */
    @FunctionalInterface
    interface Progress {
        /** So many bytes are written. */
        void written(long bytes);
    }
}
