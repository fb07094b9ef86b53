package dev.jxl.xld.plan;

import dev.jxl.config.DomainId;
import java.util.Map;
import java.util.Optional;

/** The domain that serves a device, by what a configuration says of it. */
final class BackendDomain {
    private BackendDomain() {}

    /**
     * Looks it up.
     *
     * @param wanted a name, or a number; empty: dom0
     * @param domains names of the domains there are, by number
     * @return empty when there is no such domain
     * @source tools/libs/light/libxl_device.c: libxl__resolve_domid
     */
    static Optional<DomainId> find(Optional<String> wanted, Map<DomainId, String> domains) {
        if (wanted.isEmpty()
                || wanted.get().equals(DomainId.DOM0.toString())
                || wanted.get().equals("Domain-0")) {
            return Optional.of(DomainId.DOM0);
        }
        return domains.entrySet().stream()
                .filter(e -> e.getKey().toString().equals(wanted.get())
                        || e.getValue().equals(wanted.get()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** What a user is told when there is none. */
    static String missing(Optional<String> wanted) {
        return "the backend domain '" + wanted.orElse("") + "' does not exist: start it first";
    }
}
