package dev.jxl.xld;

import dev.jxl.xld.host.xen.PeerSettings;
import dev.jxl.xld.host.xen.XenHost;
import java.io.File;
import java.io.IOException;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * jxld as {@code make-aot-caches} runs it when it records what the ahead-of-time cache is to hold: on the simulated host, after a
 * look at Xen where there is one, so that the classes of a real start are in the cache as well. Nobody else calls it.
 */
public final class Training {
    private static final System.Logger LOG = System.getLogger(Training.class.getName());

    private static final String CLASS = ".class";
    private static final String OURS = "dev/jxl/";

    private Training() {}

    /**
     * Reads from Xen, changing nothing, then is {@link Main}.
     *
     * @param args see {@link Arguments#USAGE}
     */
    public static void main(String[] args) {
        JournalLogging.install();
        try (XenHost host = XenHost.open(PeerSettings.standard())) {
            host.rehearse();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.INFO, "trained without Xen: " + e.getMessage());
            XenHost.rehearseWithoutXen();
        }
        for (String jar : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            loadFrom(jar);
        }
        Main.main(args);
    }

    /** Loads what has not been used here, and may be when a guest has stopped for it. */
    private static void loadFrom(String path) {
        try (JarFile jar = new JarFile(path)) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                String name = entry.getName();
                if (name.startsWith(OURS) && name.endsWith(CLASS) && !name.endsWith("-info" + CLASS)) {
                    Class<?> _ = Class.forName(
                            name.substring(0, name.length() - CLASS.length()).replace('/', '.'),
                            false,
                            Training.class.getClassLoader());
                }
            }
        } catch (IOException | ClassNotFoundException e) {
            LOG.log(System.Logger.Level.WARNING, "the cache lacks classes of " + path + ": " + e.getMessage());
        }
    }
}
