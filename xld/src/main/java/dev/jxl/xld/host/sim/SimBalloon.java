package dev.jxl.xld.host.sim;

import dev.jxl.xenstore.StoreAccess;
import java.util.Optional;

/** What a guest's kernel does when its toolstack changes its memory target or its vCPUs. */
final class SimBalloon {
    private SimBalloon() {}

    /**
     * Goes to what xenstore says.
     *
     * @param home the guest's folder
     */
    static void follow(SimXen xen, SimDomain domain, StoreAccess store, String home) {
        number(store.find(home + "/memory/target")).ifPresent(kib -> xen.balloon(domain, kib));
        domain.bringOnline(online(store, home));
    }

    /** How many vCPUs the toolstack wants online. */
    static int online(StoreAccess store, String home) {
        return (int) store.list(home + "/cpu").stream()
                .filter(cpu ->
                        store.find(home + "/cpu/" + cpu + "/availability").equals(Optional.of("online")))
                .count();
    }

    private static Optional<Long> number(Optional<String> text) {
        return text.filter(t -> t.matches("[0-9]{1,12}")).map(Long::parseLong);
    }
}
