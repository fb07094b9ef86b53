package dev.jxl.rest;

import dev.jxl.xld.api.Diagnosis;
import dev.jxl.xld.api.Doctor;
import dev.jxl.xld.api.Finding;
import dev.jxl.xld.api.Finding.Severity;
import dev.jxl.xld.api.OperationView;
import java.util.List;
import java.util.Optional;

/** A doctor without a host: one leftover, until it is mended. */
final class FakeDoctor implements Doctor {
    private static final Finding LEFTOVER = Finding.of(
            "loop-without-domain", Severity.WARNING, "/dev/loop3", "its domain is gone", "'jxl doctor --fix'", true);
    private final FakeToolstack toolstack;
    private Optional<Diagnosis.Repair> repair = Optional.empty();

    FakeDoctor(FakeToolstack toolstack) {
        this.toolstack = toolstack;
    }

    @Override
    public Diagnosis examine() {
        return new Diagnosis(repair.isPresent(), repair.isPresent() ? List.of() : List.of(LEFTOVER), repair);
    }

    @Override
    public OperationView fix() {
        OperationView begun = toolstack.begin("doctor-fix", "the host", Optional.empty(), List.of());
        repair = Optional.of(new Diagnosis.Repair(begun.id(), List.of(LEFTOVER.mended("it was freed"))));
        return begun;
    }
}
