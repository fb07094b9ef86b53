package dev.jxl.rest;

import dev.jxl.xld.api.MigrationView;
import dev.jxl.xld.api.Migrations;
import dev.jxl.xld.api.ToolstackException;
import java.util.List;

/** One guest that was given away and whose receiver does not answer. */
final class FakeMigrations implements Migrations {
    private static final MigrationView WAITING =
            new MigrationView("op-1", true, "web", "5e1d9f3a-1c1d-4a6e-9d8e-0d6f4c1b2a39", "b.example", "given", false);

    @Override
    public List<MigrationView> list() {
        return List.of(WAITING);
    }

    @Override
    public MigrationView require(String id) {
        if (!id.equals(WAITING.id())) {
            throw new ToolstackException.OperationNotFound(id);
        }
        return WAITING;
    }

    @Override
    public MigrationView resolve(String id, boolean here) {
        MigrationView given = require(id);
        return new MigrationView(
                given.id(), true, given.domainName(), given.domainUuid(), given.peer(), here ? "kept" : "gone", false);
    }
}
