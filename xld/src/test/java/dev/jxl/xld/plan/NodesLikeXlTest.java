package dev.jxl.xld.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.config.MacAddress;
import dev.jxl.config.SpecReading;
import dev.jxl.config.xl.XlCfg;
import dev.jxl.xenstore.memory.MemoryXenStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** jxl's nodes against those that xl 4.20 left for the same configuration on a real host ({@code xenstore-ls -fp}). */
class NodesLikeXlTest {
    private static final DomainId DOMAIN = new DomainId(1);
    private static final DomainUuid UUID = DomainUuid.parse("b76c42f0-5c5a-4d1c-869b-8fc9a3ca7018");
    private static final String CONFIGURATION = """
        name = "full1"
        type = "pvh"
        uuid = "b76c42f0-5c5a-4d1c-869b-8fc9a3ca7018"
        kernel = "/root/guest/vmlinuz"
        ramdisk = "/root/guest/initrd"
        memory = 192
        vcpus = 1
        disk = ["format=raw,vdev=xvda,access=rw,target=/root/guest/disk.raw"]
        vif = ["mac=00:16:3e:77:00:21,bridge=xenbr0"]
        """;

    @Test
    void pvhWithDiskAndNic_sameNodesValuesAndPermissionsAsXl() throws IOException {
        SpecReading reading = XlCfg.read(CONFIGURATION, List.of());
        DomainSpec spec = reading.spec().orElseThrow();
        MemoryXenStore store = new MemoryXenStore();
        DiskPlan disk = new DiskPlan(
                51712,
                "xvda",
                Path.of("/root/guest/disk.raw"),
                Optional.empty(),
                Optional.empty(),
                true,
                true,
                false,
                true,
                DomainId.DOM0);
        NicPlan nic = new NicPlan(
                0,
                new MacAddress("00:16:3e:77:00:21"),
                "xenbr0",
                1500,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                NicPlan.BRIDGE_SCRIPT,
                Optional.empty(),
                Optional.empty(),
                true,
                DomainId.DOM0);

        store.change(t -> t.performAll(DomainNodes.shell(DOMAIN, UUID, spec)));
        store.change(t -> t.performAll(DeviceNodes.disk(
                DOMAIN,
                GuestType.PVH,
                disk,
                Optional.of(new DeviceNodes.BlockDevice(Path.of("/dev/loop0"), true, 7, 0)))));
        store.change(t -> t.performAll(DeviceNodes.nic(DOMAIN, nic)));
        store.change(t -> t.performAll(DomainNodes.built(DOMAIN, UUID, spec, 1, 1044476, "1795565077.37")));
        store.change(t -> t.performAll(DeviceNodes.console(DOMAIN, DomainId.DOM0, 2, 1044479, "")));
        store.remove(Nodes.mark(DOMAIN));

        TreeSet<String> ours = new TreeSet<>();
        for (String root : List.of(
                "/libxl/1",
                "/local/domain/1",
                "/local/domain/0/backend/vbd/1",
                "/local/domain/0/backend/vif/1",
                "/local/domain/0/backend/console/1",
                "/vm/" + UUID)) {
            list(store, root, ours);
        }
        assertThat(ours).containsExactlyElementsOf(new TreeSet<>(ofXl()));
    }

    private static void list(MemoryXenStore store, String path, Set<String> out) {
        String permissions =
                store.permissions(path).stream().map(Object::toString).collect(Collectors.joining(","));
        out.add(path + " = \"" + store.require(path) + "\"   (" + permissions + ")");
        store.list(path).forEach(child -> list(store, path + "/" + child, out));
    }

    private static List<String> ofXl() throws IOException {
        try (var in = NodesLikeXlTest.class.getResourceAsStream("xl-4.20-full.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
