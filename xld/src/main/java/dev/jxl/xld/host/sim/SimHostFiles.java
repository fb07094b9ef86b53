package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.host.HostFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The port to the simulated machine's files. */
record SimHostFiles(Incarnation life, SimFiles files) implements HostFiles {
    @Override
    public KernelKind inspectKernel(Path file) {
        return life.call("hostFiles.inspectKernel", () -> files.inspectKernel(file));
    }

    @Override
    public PathKind inspect(Path path) {
        return life.call("hostFiles.inspect", () -> files.inspect(path));
    }

    @Override
    public byte[] read(Path file, int most) {
        return life.call("hostFiles.read", () -> files.read(file, most));
    }

    @Override
    public void writeUserdata(DomainId domain, DomainUuid uuid, String json) {
        life.perform("hostFiles.writeUserdata " + domain, () -> files.writeUserdata(domain, uuid, json));
    }

    @Override
    public void updateUserdata(DomainId domain, DomainUuid uuid, UnaryOperator<String> change) {
        life.perform("hostFiles.updateUserdata " + domain, () -> files.updateUserdata(domain, uuid, change));
    }

    @Override
    public Optional<String> findUserdata(DomainId domain, DomainUuid uuid) {
        return life.call("hostFiles.findUserdata " + domain, () -> files.findUserdata(domain, uuid));
    }

    @Override
    public List<Noted> listUserdata() {
        return life.call("hostFiles.listUserdata", files::listUserdata);
    }

    @Override
    public void removeUserdata(DomainId domain, DomainUuid uuid) {
        life.perform("hostFiles.removeUserdata " + domain, () -> files.removeUserdata(domain, uuid));
    }
}
