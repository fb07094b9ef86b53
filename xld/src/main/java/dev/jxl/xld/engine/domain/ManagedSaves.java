package dev.jxl.xld.engine.domain;

import dev.jxl.config.DomainUuid;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.store.ManagedSaveRecords;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Domains that were saved when their host stopped, each in a file of jxld's: in memory, and on disk before memory. A file is good until
 * its domain is let run, however that one was made; from then on the disks are newer than the file, which is never used again.
 */
public final class ManagedSaves {
    private static final System.Logger LOG = System.getLogger(ManagedSaves.class.getName());

    private final ManagedSaveRecords records;
    private final Path folder;
    private final Map<DomainUuid, Boolean> spent = new ConcurrentHashMap<>();

    /**
     * Those that an earlier jxld has left.
     *
     * @param folder where the files are
     */
    ManagedSaves(ManagedSaveRecords records, Path folder) {
        this.records = records;
        this.folder = folder;
        records.list().forEach((uuid, used) -> spent.put(DomainUuid.parse(uuid), used));
    }

    /** The file that a domain's saved guest has, or would have. */
    public Path fileOf(DomainUuid uuid) {
        return folder.resolve(uuid + ".save");
    }

    /** Whether the domain is in its file, and has not run since. */
    public boolean has(DomainUuid uuid) {
        return Boolean.FALSE.equals(spent.get(uuid));
    }

    /** The domain is in its file, and nowhere else. */
    public void keep(DomainUuid uuid) {
        save(uuid, false);
    }

    /**
     * The domain is let run next.
     *
     * @return whether there was a file that was good until now
     */
    public boolean spend(DomainUuid uuid) {
        boolean had = has(uuid);
        if (had) {
            save(uuid, true);
        }
        return had;
    }

    /** It has not run after all. */
    public void giveBack(DomainUuid uuid) {
        save(uuid, false);
    }

    private void save(DomainUuid uuid, boolean used) {
        records.save(uuid.toString(), used);
        spent.put(uuid, used);
    }

    /** Throws a file away, whether it is good or not. Idempotent. */
    public void discard(Host host, DomainUuid uuid) {
        if (spent.containsKey(uuid)) {
            boolean _ = spend(uuid);
            host.streams().discard(fileOf(uuid));
            records.remove(uuid.toString());
            spent.remove(uuid);
        }
    }

    /** The same for a file that nobody needs any more: what cannot be removed now goes when jxld starts again. */
    public void discardSpent(Host host, DomainUuid uuid) {
        if (Boolean.TRUE.equals(spent.get(uuid))) {
            try {
                discard(host, uuid);
            } catch (RuntimeException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        fileOf(uuid) + " is not needed any more, and stays until jxld starts again: " + e.getMessage());
            }
        }
    }

    /**
     * Throws away what an earlier jxld has left.
     *
     * @param runs which domains are there
     */
    public void settle(Host host, Predicate<DomainUuid> runs) {
        List<DomainUuid> all = List.copyOf(spent.keySet());
        for (DomainUuid uuid : all) {
            if (runs.test(uuid)) {
                boolean _ = spend(uuid);
            }
            discardSpent(host, uuid);
        }
    }
}
