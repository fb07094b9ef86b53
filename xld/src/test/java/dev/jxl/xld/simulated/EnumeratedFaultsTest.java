package dev.jxl.xld.simulated;

import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.SimFaults.Call;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every operation, with an error, a cancel, and a kill and restart of jxld at each of its calls to the host: afterwards nothing
 * is left that should not be, and a domain beside it is as it was.
 */
@Timeout(600)
class EnumeratedFaultsTest {
    private EnumeratedMachines machines;

    @BeforeEach
    void begin(@TempDir Path folder) {
        machines = new EnumeratedMachines(folder);
    }

    @AfterEach
    void end() {
        machines.close();
    }

    static RuntimeException errorOf(Call call) {
        String port = call.name().substring(0, call.name().indexOf('.'));
        return switch (port) {
            case "store" -> new XenStoreException.Refused(call.name(), "", "EIO");
            case "blockAttach", "netAttach" ->
                new ToolstackException.DeviceFailed("device", call.name(), "injected", null);
            case "hostFiles" -> new UncheckedIOException(new IOException("injected at " + call.name()));
            default -> new ToolstackException.HypercallRefused("injected at " + call.name(), null);
        };
    }

    @ParameterizedTest
    @EnumSource
    void errorAtEveryCall_nothingIsLeft(EnumeratedOperation operation) throws InterruptedException {
        int calls = machines.atEveryCall(operation, "", (run, k) -> {
            StringBuilder where = new StringBuilder(operation + ", error at call " + k);
            run.daemon.world().faults().at(k, Moment.BEFORE, call -> {
                where.append(" (").append(call.name()).append(')');
                throw errorOf(call);
            });
            return run.struckAndNothingLeft(where);
        });
        EnumeratedRun.report(operation, calls, "errors");
    }

    @ParameterizedTest
    @EnumSource
    void cancelAtEveryCall_nothingIsLeft(EnumeratedOperation operation) throws InterruptedException {
        int calls = machines.atEveryCall(operation, "", (run, k) -> {
            StringBuilder where = new StringBuilder(operation + ", cancel at call " + k);
            run.daemon.world().faults().at(k, Moment.BEFORE, call -> {
                where.append(" (").append(call.name()).append(')');
                run.daemon.toolstack().operations().stream()
                        .filter(o -> !o.status().ended())
                        .forEach(o -> run.daemon.toolstack().cancel(o.id()));
            });
            return run.struckAndNothingLeft(where);
        });
        EnumeratedRun.report(operation, calls, "cancels");
    }

    @ParameterizedTest
    @EnumSource
    void killAtEveryCall_nextLifeCleansUpOrFinishes(EnumeratedOperation operation) throws InterruptedException {
        int calls = 0;
        for (Moment moment : Moment.values()) {
            calls += machines.atEveryCall(operation, "", (run, k) -> run.killedAndNothingLeft(moment, k));
        }
        EnumeratedRun.report(operation, calls, "kills");
    }
}
