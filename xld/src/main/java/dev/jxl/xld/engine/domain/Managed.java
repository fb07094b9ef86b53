package dev.jxl.xld.engine.domain;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.model.Intent;
import dev.jxl.xld.model.RestartPolicy;
import dev.jxl.xld.store.Database;
import dev.jxl.xld.store.DomainRecords;
import dev.jxl.xld.store.DomainRecords.DomainRecord;
import dev.jxl.xld.store.ManagedSaveRecords;
import dev.jxl.xld.store.RestartRecords;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/** The domains that jxl answers for: in memory, and on disk before memory. */
public final class Managed {
    private final DomainRecords records;
    private final Restarts restarts;
    private final ManagedSaves saves;
    private final MemoryReservations reservations = new MemoryReservations();
    private final Map<DomainUuid, Entry> entries = new ConcurrentHashMap<>();
    private final Map<DomainUuid, String> unreadable = new ConcurrentHashMap<>();

    /**
     * One domain.
     *
     * @param spec complete
     * @param domid its number, once there is one
     * @param startPaused whether it was asked to stay paused
     * @param survivable whether it is complete
     */
    public record Entry(DomainSpec spec, OptionalInt domid, boolean startPaused, boolean survivable) {
        /** The domain's UUID. */
        public DomainUuid uuid() {
            return spec.uuid().orElseThrow();
        }
    }

    /**
     * Those that an earlier jxld has written down.
     *
     * @param policy the patience for domains that stop again and again
     * @param saves the folder for guests that are saved when the host stops
     */
    public Managed(Database database, RestartPolicy policy, Path saves, Clock clock) {
        this.records = new DomainRecords(database);
        this.restarts = new Restarts(new RestartRecords(database), policy, clock);
        this.saves = new ManagedSaves(new ManagedSaveRecords(database), saves);
        for (DomainRecord r : records.list()) {
            SpecReader.reread(r.spec(), r.source())
                    .ifPresentOrElse(
                            spec -> entries.put(
                                    DomainUuid.parse(r.uuid()),
                                    new Entry(spec, r.domid(), r.startPaused(), r.survivable())),
                            () -> unreadable.put(DomainUuid.parse(r.uuid()), r.name()));
        }
    }

    /** Domains whose records another jxld wrote in a way that this one cannot read, with their names. */
    public Map<DomainUuid, String> listUnreadable() {
        return Map.copyOf(unreadable);
    }

    /** Memory of the host that domains being made are going to take. */
    public MemoryReservations reservations() {
        return reservations;
    }

    /** Writes down what jxl knows of a domain. */
    public void save(Entry entry) {
        records.save(new DomainRecord(
                entry.uuid().toString(),
                entry.spec().name(),
                entry.domid(),
                SpecReader.write(entry.spec()),
                entry.spec().sourceText(),
                entry.startPaused(),
                entry.survivable()));
        entries.put(entry.uuid(), entry);
        unreadable.remove(entry.uuid());
    }

    /** Says that a domain is not complete, or not any more: whatever is there of it is to be removed. */
    public void forsake(Entry entry) {
        save(new Entry(entry.spec(), entry.domid(), entry.startPaused(), false));
    }

    /** Forgets a domain, and how often it was started again. */
    public void remove(DomainUuid uuid) {
        records.remove(uuid.toString());
        entries.remove(uuid);
        unreadable.remove(uuid);
        restarts.remove(uuid);
    }

    /** How often each has been started again. */
    public Restarts restarts() {
        return restarts;
    }

    /** What the host's stop has saved. */
    public ManagedSaves saves() {
        return saves;
    }

    /** What is wanted of a domain. */
    public Intent intent(Entry entry) {
        int dumped = restarts.history(entry.uuid()).dumpedDomid();
        return new Intent(
                entry.spec().onEvents(),
                entry.survivable(),
                entry.domid().isPresent() && entry.domid().getAsInt() == dumped,
                awaits(entry));
    }

    /** Whether a domain's old life is over and its next one could not be made so far: it is tried again, or was given up. */
    public boolean awaits(Entry entry) {
        return !entry.survivable() && restarts.history(entry.uuid()).failedStarts() > 0;
    }

    /** By its UUID. */
    public Optional<Entry> find(DomainUuid uuid) {
        return Optional.ofNullable(entries.get(uuid));
    }

    /** By name or UUID. */
    public Optional<Entry> find(String nameOrUuid) {
        return entries.values().stream()
                .filter(e -> e.spec().name().equals(nameOrUuid)
                        || e.uuid().toString().equalsIgnoreCase(nameOrUuid))
                .findFirst();
    }

    /** Whether nothing was done about a domain since its entry was read. */
    public boolean isCurrent(Entry entry) {
        return entry.equals(entries.get(entry.uuid()));
    }

    /**
     * To be called by an operation that holds the domain, before it acts upon what was seen before it held it.
     *
     * @throws ToolstackException.DomainBusy when another operation has changed the domain meanwhile
     */
    public void requireCurrent(Entry entry) {
        if (!isCurrent(entry)) {
            throw new ToolstackException.DomainBusy("domain '" + entry.spec().name()
                    + "' was changed by another operation at the same moment; it is looked at anew");
        }
    }

    /** All of them. */
    public List<Entry> list() {
        return List.copyOf(entries.values());
    }
}
