package dev.jxl.xld.doctor;

import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xld.api.Finding;
import dev.jxl.xld.api.Finding.Severity;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.Host;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** All that is looked for. */
public final class Checks {
    private final List<Check> all;

    /** On a host. */
    public Checks(Host host, Surroundings around) {
        // What takes more away comes first: what is left is for those behind it.
        this.all = List.of(
                new JxldHealth(around),
                new UnknownDomains(host, around),
                new UnansweredStops(around),
                new DyingDomains(host),
                new Records(host, around),
                new LostDeviceModels(host, around),
                new DeviceModelProcesses(host, around),
                new StoreOfDomains(host, around),
                new StoreOfBackends(host, around),
                new StoreOfVms(host, around),
                new LoopDevices(host, around),
                new DeviceModelSockets(host, around),
                new Notes(host, around),
                new Interfaces(host, around),
                new PciClaims(host, around));
    }

    /** How many things are looked for. */
    public int count() {
        return all.size();
    }

    /** Looks; the worst first. */
    public List<Finding> look() {
        List<Finding> found = new ArrayList<>();
        for (Check check : all) {
            look(check).forEach(trouble -> found.add(trouble.finding()));
        }
        found.sort(Comparator.comparing(Finding::severity));
        return List.copyOf(found);
    }

    /** Is told what is looked at next, and how many have been. */
    @FunctionalInterface
    public interface Progress {
        /** The step. */
        void step(String words, int done);
    }

    /**
     * Looks anew and mends what can be mended; what fails does not stop the rest.
     *
     * @param each told of each finding that it has tried to mend, with how that ended
     */
    public void mend(Progress progress, Consumer<Finding> each) {
        for (int i = 0; i < all.size(); i++) {
            progress.step("looking for " + all.get(i).words(), i);
            for (Trouble trouble : look(all.get(i))) {
                trouble.mend().ifPresent(mend -> each.accept(mend(trouble.finding(), mend)));
            }
        }
    }

    private static Finding mend(Finding finding, Supplier<String> mend) {
        try {
            return finding.mended(mend.get());
        } catch (ToolstackException | XenStoreException | UncheckedIOException e) {
            return finding.failed(String.valueOf(e.getMessage()));
        }
    }

    /** What is just going is seen once; what stays is seen twice. */
    private static List<Trouble> look(Check check) {
        List<Trouble> first = lookOnce(check);
        return first.isEmpty()
                ? first
                : lookOnce(check).stream()
                        .filter(again -> first.stream().anyMatch(before -> before.sameAs(again)))
                        .toList();
    }

    private static List<Trouble> lookOnce(Check check) {
        try {
            return check.look();
        } catch (ToolstackException | XenStoreException | UncheckedIOException e) {
            return List.of(Trouble.told(
                    "check-failed",
                    Severity.ERROR,
                    check.words(),
                    "whether there is something wrong with it cannot be seen: " + e.getMessage(),
                    "mend that first, and look again"));
        }
    }
}
