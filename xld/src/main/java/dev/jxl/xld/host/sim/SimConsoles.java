package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the guests have written on their consoles. */
final class SimConsoles {
    private static final int MAX_CHARS = 64 * 1024;
    private final Map<DomainId, String> texts = new ConcurrentHashMap<>();

    void say(DomainId domain, String line) {
        texts.merge(domain, line + "\n", (old, added) -> {
            String all = old + added;
            return all.substring(Math.max(0, all.length() - MAX_CHARS));
        });
    }

    String text(DomainId domain) {
        return texts.getOrDefault(domain, "");
    }
}
