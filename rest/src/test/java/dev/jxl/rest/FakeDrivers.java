package dev.jxl.rest;

import dev.jxl.xld.api.Diagnosis;
import dev.jxl.xld.api.DriverDomainView;
import dev.jxl.xld.api.DriverDomains;
import dev.jxl.xld.api.Finding;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One driver domain with one disk of one client, which has been away once. */
final class FakeDrivers implements DriverDomains {
    private static final DriverDomainView NET = new DriverDomainView(
            "net",
            "6b29fc40-ca47-1067-b31d-00dd010662da",
            3,
            "running",
            true,
            true,
            Optional.of("1.0"),
            Optional.of(400L),
            List.of(new DriverDomainView.ServedDevice(
                    "web1", 5, "vbd", 51712, 4, 4, true, Optional.of(10L), Optional.of(9L))),
            Optional.empty(),
            Optional.of(new DriverDomainView.OutageView(
                    Instant.EPOCH, "it has crashed (crash)", 2.5, Map.of("gone", 0.5, "moving", 2.5))),
            new DriverDomainView.Tally(2, 1, 1, 2.5));

    private final FakeToolstack toolstack;

    FakeDrivers(FakeToolstack toolstack) {
        this.toolstack = toolstack;
    }

    @Override
    public List<DriverDomainView> list() {
        return List.of(NET);
    }

    @Override
    public DriverDomainView require(String nameOrUuid) {
        if (!nameOrUuid.equals("net")) {
            throw new ToolstackException.DomainNotFound(nameOrUuid);
        }
        return NET;
    }

    @Override
    public Diagnosis lint(String nameOrUuid) {
        return new Diagnosis(
                true,
                List.of(Finding.of(
                        "functions-split",
                        Finding.Severity.NOTE,
                        "driver domain '" + require(nameOrUuid).name() + "'",
                        "it is",
                        "do",
                        false)),
                Optional.empty());
    }

    @Override
    public OperationView restart(String nameOrUuid, boolean force) {
        return toolstack.begin(
                "driver-restart" + (force ? " by force" : ""),
                require(nameOrUuid).name(),
                Optional.of(3),
                List.of());
    }

    @Override
    public OperationView undrain(String nameOrUuid) {
        return toolstack.begin("driver-undrain", require(nameOrUuid).name(), Optional.of(3), List.of());
    }

    @Override
    public OperationView upgrade(String nameOrUuid, Optional<Path> file) {
        return toolstack.begin("driver-upgrade to " + file, require(nameOrUuid).name(), Optional.of(3), List.of());
    }

    @Override
    public OperationView drain(String nameOrUuid) {
        return toolstack.begin("driver-drain", require(nameOrUuid).name(), Optional.of(3), List.of());
    }
}
