package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.host.DeviceModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** The port to the simulated machine's device models. */
record SimDeviceModel(Incarnation life, SimQemus qemus) implements DeviceModel {
    private static final int FIRST_USER = 70_000;

    @Override
    public Programs programs() {
        return new Programs(
                Optional.of("/sim/qemu-system-i386"),
                Optional.of("/sim/hvmloader"),
                Optional.of("/sim/seabios.bin"),
                Optional.of("/sim/ovmf.bin"),
                Optional.of("/sim/xen-shim"));
    }

    @Override
    public boolean understands(String qemu, String option) {
        return life.call("deviceModel.understands " + option, () -> true);
    }

    @Override
    public OptionalInt restrictedUser(DomainId domain) {
        return life.call("deviceModel.restrictedUser " + domain, () -> OptionalInt.of(FIRST_USER + domain.value()));
    }

    @Override
    public long start(Launch launch) {
        return life.call("deviceModel.start " + launch.domain(), () -> qemus.start(launch));
    }

    @Override
    public Sight look(DomainId domain, DomainUuid owner) {
        return life.call("deviceModel.look " + domain, () -> qemus.look(domain, owner));
    }

    @Override
    public String lastWords(DomainId domain, DomainUuid owner) {
        return life.call("deviceModel.lastWords " + domain, () -> qemus.lastWords(domain));
    }

    @Override
    public boolean stop(DomainId domain, DomainUuid owner) {
        return life.call("deviceModel.stop " + domain, () -> qemus.stop(domain, owner));
    }

    @Override
    public Object ask(DomainId domain, String command, Map<String, ?> arguments) {
        return life.call("deviceModel.ask " + domain + " " + command, () -> qemus.ask(domain, command, arguments));
    }

    @Override
    public Object askWithFile(DomainId domain, Path file, String command, Map<String, ?> arguments) {
        return life.call(
                "deviceModel.askWithFile " + domain + " " + command,
                () -> qemus.askWithFile(domain, file, command, arguments));
    }

    @Override
    public void saveState(DomainId domain, Path file) {
        life.perform("deviceModel.saveState " + domain, () -> qemus.saveState(domain, file));
    }

    @Override
    public List<Running> listProcesses() {
        return life.call("deviceModel.listProcesses", qemus::listProcesses);
    }

    @Override
    public List<DomainId> listSockets() {
        return life.call("deviceModel.listSockets", qemus::listSockets);
    }

    @Override
    public void removeSockets(DomainId domain) {
        life.perform("deviceModel.removeSockets " + domain, () -> qemus.removeSockets(domain));
    }

    @Override
    public void onEnd(Consumer<Ended> listener) {
        Consumer<Ended> whileAlive = ended -> {
            if (life.alive()) {
                listener.accept(ended);
            }
        };
        qemus.onEnd(whileAlive);
        life.afterDeath(() -> qemus.forget(whileAlive));
    }
}
