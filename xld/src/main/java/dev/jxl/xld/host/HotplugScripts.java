package dev.jxl.xld.host;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Runs hotplug scripts as Xen's toolstack does: what a device's configuration names in {@code script=}; and jxl's own hooks. */
public interface HotplugScripts {
    /** Where a script is that has no folder in its name. */
    Path FOLDER = Path.of("/etc/xen/scripts");

    /**
     * Runs one to its end, at most 40 seconds; one that takes longer is killed with all that it has started.
     *
     * @param script an absolute path
     * @param arguments add, remove, online, offline, …
     * @param environment added to that of jxld
     */
    Result run(Path script, List<String> arguments, Map<String, String> environment);

    /**
     * How a script ended.
     *
     * @param status its exit status; empty when it was killed because it took too long, or could not be started
     * @param said what it wrote on its standard output and error, at most the last 2000 characters
     */
    record Result(OptionalInt status, String said) {
        /** Whether it ended well. */
        public boolean succeeded() {
            return status.isPresent() && status.getAsInt() == 0;
        }
    }
}
