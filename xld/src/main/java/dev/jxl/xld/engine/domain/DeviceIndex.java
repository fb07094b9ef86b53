package dev.jxl.xld.engine.domain;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xld.plan.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A domain's devices by the toolstack's own index, which neither the guest nor a backend can write. */
public final class DeviceIndex {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final Pattern BACKEND =
            Pattern.compile("/local/domain/([0-9]{1,5})/backend/([a-z0-9_-]{1,32})/([0-9]{1,5})/([0-9]{1,10})");

    private DeviceIndex() {}

    /**
     * One device.
     *
     * @param domain whose it is
     * @param kind the folder of its frontend: vbd, vif
     * @param devid its number
     * @param path its folder in the index
     * @param frontend the guest's end
     * @param backend the other end; empty when the index names none that can be this domain's
     */
    public record Entry(
            DomainId domain, String kind, int devid, String path, String frontend, Optional<String> backend) {
        /** The folder of its backend: vbd, qdisk. */
        public String backendKind() {
            return backend.map(b -> part(b, 2)).orElse("");
        }

        /** The domain that serves it. */
        public Optional<DomainId> backendDomain() {
            return backend.map(b -> new DomainId(Integer.parseInt(part(b, 1))));
        }

        /** jxl's mark on a device that an operation is about: "attach" or "detach" until it is done. */
        public String mark() {
            return path + "/" + Nodes.UNFINISHED;
        }

        private static String part(String backend, int group) {
            Matcher m = BACKEND.matcher(backend);
            return m.matches() ? m.group(group) : "";
        }
    }

    /** All of a domain, by kind and number. */
    public static List<Entry> list(StoreAccess store, DomainId d) {
        return list(
                store,
                List.of(d),
                store.list(Nodes.devices(d)).stream().sorted().toList());
    }

    /** Those of one kind, by number. */
    public static List<Entry> list(StoreAccess store, DomainId d, String kind) {
        return list(store, List.of(d), List.of(kind));
    }

    /** Those of some kinds of many domains, by domain, kind and number, in the order given: all asked for at once, in two rounds. */
    public static List<Entry> list(StoreAccess store, List<DomainId> domains, List<String> kinds) {
        List<String> folders = domains.stream()
                .flatMap(d -> kinds.stream().map(kind -> Nodes.devices(d) + "/" + kind))
                .toList();
        List<List<String>> names = store.listAll(folders);
        List<Place> found = new ArrayList<>();
        for (int i = 0; i < folders.size(); i++) {
            DomainId d = domains.get(i / kinds.size());
            String kind = kinds.get(i % kinds.size());
            names.get(i).stream()
                    .filter(devid -> NUMBER.matcher(devid).matches())
                    .map(Integer::parseInt)
                    .sorted()
                    .forEach(devid -> found.add(new Place(d, kind, devid)));
        }
        List<Optional<String>> backends =
                store.findAll(found.stream().map(Place::backend).toList());
        List<Entry> out = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            out.add(found.get(i).entry(backends.get(i)));
        }
        return List.copyOf(out);
    }

    /** One, by kind and number. */
    public static Entry entry(StoreAccess store, DomainId d, String kind, int devid) {
        Place place = new Place(d, kind, devid);
        return place.entry(store.find(place.backend()));
    }

    /** Where the index may have a device. */
    private record Place(DomainId d, String kind, int devid) {
        String path() {
            return Nodes.index(d, kind, devid);
        }

        String backend() {
            return path() + "/backend";
        }

        Entry entry(Optional<String> backend) {
            return new Entry(d, kind, devid, path(), Nodes.frontend(d, kind, devid), backend.filter(this::isOurs));
        }

        private boolean isOurs(String backend) {
            Matcher m = BACKEND.matcher(backend);
            return m.matches()
                    && m.group(3).equals(d.toString())
                    && Integer.parseInt(m.group(1)) < DomainId.FIRST_RESERVED;
        }
    }
}
