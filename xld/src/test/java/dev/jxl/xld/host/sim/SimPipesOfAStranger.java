package dev.jxl.xld.host.sim;

import java.nio.file.Path;
import java.util.Objects;

/** The end of a simulated link in the hands of a test. */
public final class SimPipesOfAStranger {
    private SimPipesOfAStranger() {}

    /** Lets go of a pipe, as a process does that ends. */
    public static void close(Path pipe) {
        Objects.requireNonNull(SimPipe.NAMED.get(pipe.toString())).close();
    }

    /** Says something into a pipe. */
    public static void write(Path pipe, byte[] bytes) {
        boolean _ = Objects.requireNonNull(SimPipe.NAMED.get(pipe.toString())).write(bytes);
    }
}
