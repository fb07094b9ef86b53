package dev.jxl.xld.engine.domain;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.Definition;
import dev.jxl.xld.api.StartPolicy;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.store.Database;
import dev.jxl.xld.store.DefinitionRecords;
import dev.jxl.xld.store.DefinitionRecords.DefinitionRecord;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The domains that stay known while they do not run: in memory, and on disk before memory. */
public final class Defined {
    private final DefinitionRecords records;
    private final Clock clock;
    private final Map<DomainUuid, Entry> entries = new ConcurrentHashMap<>();

    /** Those that an earlier jxld has written down. */
    public Defined(Database database, Clock clock) {
        this.records = new DefinitionRecords(database);
        this.clock = clock;
        for (DefinitionRecord r : records.list()) {
            SpecReader.reread(r.spec(), r.source())
                    .ifPresent(spec -> entries.put(
                            DomainUuid.parse(r.uuid()), new Entry(spec, r.policy(), r.version(), r.changed())));
        }
    }

    /** One definition. */
    public record Entry(DomainSpec spec, StartPolicy policy, long version, Instant changed) {
        /** The domain's UUID. */
        public DomainUuid uuid() {
            return spec.uuid().orElseThrow();
        }

        /**
         * As users see it.
         *
         * @param saved whether the host's stop has saved it
         */
        public Definition view(boolean saved) {
            return new Definition(
                    uuid().toString(),
                    spec.name(),
                    version,
                    changed,
                    policy.autostart(),
                    policy.order(),
                    policy.delay().toSeconds(),
                    policy.ready(),
                    policy.readyTimeout().toSeconds(),
                    saved,
                    SpecReader.write(spec),
                    spec.sourceText());
        }
    }

    /** All of them. */
    public List<Entry> list() {
        return entries.values().stream()
                .sorted(Comparator.comparing((Entry e) -> e.spec().name()))
                .toList();
    }

    /** By its UUID. */
    public Optional<Entry> find(DomainUuid uuid) {
        return Optional.ofNullable(entries.get(uuid));
    }

    /** By its name. */
    public Optional<Entry> findByName(String name) {
        return entries.values().stream()
                .filter(e -> e.spec().name().equals(name))
                .findFirst();
    }

    /** By its name or UUID. */
    public Entry require(String nameOrUuid) {
        return findByName(nameOrUuid)
                .or(() -> entries.values().stream()
                        .filter(e -> e.uuid().toString().equalsIgnoreCase(nameOrUuid))
                        .findFirst())
                .orElseThrow(() -> new ToolstackException.DomainNotFound(nameOrUuid, "'jxl list --all' shows them"));
    }

    /** Writes a definition down, as the next version. */
    public synchronized Entry save(DomainSpec spec, StartPolicy policy) {
        DomainUuid uuid = spec.uuid().orElseThrow();
        requireFreeName(spec.name(), uuid);
        long version = find(uuid).map(e -> e.version() + 1).orElse(1L);
        Entry entry = new Entry(spec, policy, version, Instant.ofEpochMilli(clock.millis()));
        records.save(new DefinitionRecord(
                uuid.toString(),
                spec.name(),
                version,
                entry.changed(),
                SpecReader.write(spec),
                spec.sourceText(),
                policy));
        entries.put(uuid, entry);
        return entry;
    }

    /** Refuses a name that another domain's definition has. */
    public void requireFreeName(String name, DomainUuid uuid) {
        findByName(name).filter(e -> !e.uuid().equals(uuid)).ifPresent(e -> {
            throw new ToolstackException.NameInUse("'" + name + "' is defined already (UUID " + e.uuid()
                    + "): 'jxl start " + name + "' starts it, 'jxl undefine " + name + "' forgets it");
        });
    }

    /** Gives a definition, where there is one, another name. */
    public void rename(DomainUuid uuid, String name) {
        find(uuid).ifPresent(e -> save(e.spec().toBuilder().name(name).build(), e.policy()));
    }

    /** Forgets a definition, where there is one. */
    public synchronized void remove(DomainUuid uuid) {
        records.remove(uuid.toString());
        entries.remove(uuid);
    }
}
