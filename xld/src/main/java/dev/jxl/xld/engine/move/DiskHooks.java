package dev.jxl.xld.engine.move;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jxl.config.DiskSpec;
import dev.jxl.config.DomainSpec;
import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.SpecReader;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.HostFiles.PathKind;
import dev.jxl.xld.host.HotplugScripts.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Programs of the administrator's by which a guest's disks go from one host to another with it: {@code pre-release} runs on a host that
 * gives a suspended guest away, {@code post-acquire} on one before it lets it run, be it that it has come or that it stays after all. Either may
 * be run again for what it has done already. What there is no program for needs nothing.
 */
public final class DiskHooks {
    private static final System.Logger LOG = System.getLogger(DiskHooks.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RELEASE = "pre-release";
    private static final String ACQUIRE = "post-acquire";

    private final Host host;
    private final Path folder;

    /**
     * Those of a folder.
     *
     * @param folder where the programs are
     */
    public DiskHooks(Host host, Path folder) {
        this.host = host;
        this.folder = folder;
    }

    /**
     * The guest is going to run elsewhere.
     *
     * @throws MigrationFailed when the program does not end well
     */
    void release(Found domain) {
        run(RELEASE, () -> spec(domain));
    }

    /** The same for a guest that had come and does not stay: its failure is only logged, for nobody can wait for it. */
    public void releaseAgain(DomainSpec guest) {
        try {
            run(RELEASE, () -> guest);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, String.valueOf(e.getMessage()));
        }
    }

    /**
     * The guest is going to run here.
     *
     * @throws MigrationFailed when the program does not end well: the guest must not run
     */
    void acquire(DomainSpec guest) {
        run(ACQUIRE, () -> guest);
    }

    /** The same for a guest that was to go, and stays. */
    void acquire(Found domain) {
        run(ACQUIRE, () -> spec(domain));
    }

    /** As it was when it was made, or changed: its name in xenstore may be another one for the moment. */
    private DomainSpec spec(Found domain) {
        String file = "the configuration of '" + domain.name() + "'";
        return host.files()
                .findUserdata(domain.id(), domain.uuid())
                .map(json -> SpecReader.readSaved(json, file).spec())
                .orElseThrow(() -> new MigrationFailed(file + " is not in /var/lib/xen any more", null));
    }

    private void run(String which, Supplier<DomainSpec> whose) {
        Path program = folder.resolve(which);
        if (host.files().inspect(program) != PathKind.FILE) {
            return;
        }
        DomainSpec guest = whose.get();
        String uuid = guest.uuid().orElseThrow().toString();
        Result result = host.scripts()
                .run(
                        program,
                        List.of(guest.name()),
                        Map.of("JXL_NAME", guest.name(), "JXL_UUID", uuid, "JXL_DISKS", disks(guest)));
        if (!result.succeeded()) {
            throw new MigrationFailed(
                    program + " for '" + guest.name() + "' "
                            + (result.status().isPresent()
                                    ? "ended with status " + result.status().getAsInt()
                                    : "did not end in time, or could not be started")
                            + (result.said().isEmpty() ? "" : ": " + result.said()),
                    null);
        }
    }

    private static String disks(DomainSpec guest) {
        ArrayNode all = JSON.createArrayNode();
        for (DiskSpec disk : guest.disks()) {
            ObjectNode one = all.addObject().put("vdev", disk.vdev()).put("readWrite", disk.readWrite());
            disk.target().ifPresent(target -> one.put("target", target.toString()));
            disk.backendDomain().ifPresent(backend -> one.put("backendDomain", backend));
        }
        return all.toString();
    }
}
