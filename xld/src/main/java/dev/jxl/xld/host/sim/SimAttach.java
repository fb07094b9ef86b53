package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.host.BlockAttach;
import dev.jxl.xld.host.NetAttach;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The ports to the simulated machine's block devices and network. */
final class SimAttach {
    private SimAttach() {}

    static BlockAttach block(Incarnation life, SimBlock block) {
        return new Block(life, block);
    }

    static NetAttach net(Incarnation life, SimNet net) {
        return new Net(life, net);
    }

    private record Block(Incarnation life, SimBlock block) implements BlockAttach {
        @Override
        public Attached attach(DomainUuid owner, String vdev, Path target, boolean readWrite) {
            return life.call(
                    "blockAttach.attach " + vdev,
                    () -> new Held(life, vdev, block.attach(life, owner, vdev, target, readWrite)));
        }

        @Override
        public void release(DomainUuid owner, String vdev, Set<Path> inUse) {
            life.perform("blockAttach.release " + vdev, () -> block.release(owner, vdev, inUse));
        }

        @Override
        public Map<String, Long> statistics(String backendKind, DomainId domain, int devid) {
            return life.call("blockAttach.statistics", () -> Map.of("rd_req", 7L, "wr_req", 3L));
        }

        @Override
        public Optional<String> findOwnUse(int devid) {
            return life.call("blockAttach.findOwnUse " + devid, () -> block.findOwnUse(devid));
        }

        @Override
        public void releaseAll(DomainUuid owner, Set<Path> inUse) {
            life.perform("blockAttach.releaseAll", () -> block.releaseAll(owner, inUse));
        }

        @Override
        public void releaseOfScript(Path device, Path file) {
            // No script ever runs on the simulated host: all its loop devices carry jxl's mark.
            life.perform("blockAttach.releaseOfScript", () -> {});
        }

        @Override
        public List<Path> listOwnedBy(DomainUuid owner) {
            return life.call("blockAttach.listOwnedBy", () -> block.listOwnedBy(owner));
        }

        @Override
        public List<Marked> listMarked() {
            return life.call("blockAttach.listMarked", block::listMarked);
        }
    }

    private record Held(Incarnation life, String vdev, BlockAttach.Attached inner) implements BlockAttach.Attached {
        @Override
        public Path device() {
            return inner.device();
        }

        @Override
        public boolean loop() {
            return inner.loop();
        }

        @Override
        public int major() {
            return inner.major();
        }

        @Override
        public int minor() {
            return inner.minor();
        }

        @Override
        public void keep() {
            life.perform("blockAttach.keep " + vdev, inner::keep);
        }
    }

    private record Net(Incarnation life, SimNet net) implements NetAttach {
        @Override
        public Optional<Integer> findBridgeMtu(String bridge) {
            return life.call("netAttach.findBridgeMtu " + bridge, () -> net.findBridgeMtu(bridge));
        }

        @Override
        public void attach(List<Port> ports) {
            life.perform("netAttach.attach", () -> net.attach(ports));
        }

        @Override
        public Map<String, Long> statistics(String interfaceName) {
            return life.call("netAttach.statistics " + interfaceName, () -> net.statistics(interfaceName));
        }

        @Override
        public void release(String interfaceName) {
            life.perform("netAttach.release " + interfaceName, () -> net.release(interfaceName));
        }

        @Override
        public List<OfDomain> listOfDomains() {
            return life.call("netAttach.listOfDomains", net::listOfDomains);
        }
    }
}
