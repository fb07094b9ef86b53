package dev.jxl.xld.engine.resource;

import dev.jxl.xld.api.ToolstackException.CpuPoolNotFound;
import dev.jxl.xld.api.ToolstackException.InvalidRequest;
import dev.jxl.xld.host.CpuPools;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Printable;
import dev.jxl.xld.host.Scheduler;
import java.util.Optional;

/**
 * Cpupools by what users call them.
 *
 * @source tools/libs/light/libxl_utils.c: libxl_cpupool_qualifier_to_cpupoolid, libxl_cpupoolid_to_name
 */
final class PoolNames {
    private final Host host;

    PoolNames(Host host) {
        this.host = host;
    }

    static String node(int pool) {
        return "/local/pool/" + pool;
    }

    /** {@code (null)} as xl prints it when it has none. */
    String name(int pool) {
        return host.store().find(node(pool) + "/name").map(Printable::brief).orElse("(null)");
    }

    Optional<CpuPools.Pool> find(String reference) {
        boolean number = reference.matches("[0-9]{1,9}");
        return host.cpuPools().list().stream()
                .filter(pool -> number
                        ? pool.id() == Integer.parseInt(reference)
                        : name(pool.id()).equals(reference))
                .findFirst();
    }

    CpuPools.Pool require(String reference) {
        return find(reference).orElseThrow(() -> new CpuPoolNotFound(reference));
    }

    static Scheduler scheduler(String word) {
        return Scheduler.find(word)
                .orElseThrow(() -> new InvalidRequest(
                        "'" + word + "' is not a scheduler of Xen: credit2, credit, rtds, null and arinc653 are"));
    }
}
