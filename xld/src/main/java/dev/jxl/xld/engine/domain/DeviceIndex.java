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
     * @param kind the folder of its frontend: vbd, vif
     * @param devid its number
     * @param path its folder in the index
     * @param frontend the guest's end
     * @param backend the other end; empty when the index names none that can be this domain's
     */
    public record Entry(String kind, int devid, String path, String frontend, Optional<String> backend) {
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
        List<Entry> out = new ArrayList<>();
        for (String kind : store.list(Nodes.devices(d)).stream().sorted().toList()) {
            out.addAll(list(store, d, kind));
        }
        return List.copyOf(out);
    }

    /** Those of one kind, by number. */
    public static List<Entry> list(StoreAccess store, DomainId d, String kind) {
        List<Integer> numbers = store.list(Nodes.devices(d) + "/" + kind).stream()
                .filter(devid -> NUMBER.matcher(devid).matches())
                .map(Integer::parseInt)
                .sorted()
                .toList();
        List<Optional<String>> backends = store.findAll(numbers.stream()
                .map(devid -> Nodes.index(d, kind, devid) + "/backend")
                .toList());
        List<Entry> out = new ArrayList<>();
        for (int i = 0; i < numbers.size(); i++) {
            out.add(entry(d, kind, numbers.get(i), backends.get(i)));
        }
        return List.copyOf(out);
    }

    /** One, by kind and number. */
    public static Entry entry(StoreAccess store, DomainId d, String kind, int devid) {
        return entry(d, kind, devid, store.find(Nodes.index(d, kind, devid) + "/backend"));
    }

    private static Entry entry(DomainId d, String kind, int devid, Optional<String> backend) {
        return new Entry(
                kind,
                devid,
                Nodes.index(d, kind, devid),
                Nodes.frontend(d, kind, devid),
                backend.filter(b -> ours(b, d)));
    }

    private static boolean ours(String backend, DomainId d) {
        Matcher m = BACKEND.matcher(backend);
        return m.matches() && m.group(3).equals(d.toString()) && Integer.parseInt(m.group(1)) < DomainId.FIRST_RESERVED;
    }
}
