package dev.jxl.xld.host.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainUuid;
import dev.jxl.xenstore.memory.MemoryXenStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceUseTest {
    private static final DomainUuid OWNER = DomainUuid.parse("6b29fc40-ca47-1067-b31d-00dd010662da");
    private static final String MOUNTS = """
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            23 22 253:300 / /srv ro,relatime shared:2 - xfs /dev/dm-300 ro
            """;

    /** A number that no block device of this machine has. */
    private static final long NUMBER = FileIdentity.number(4000, 7);

    private final MemoryXenStore store = new MemoryXenStore();

    private Optional<String> findConflict(boolean readWrite) {
        return new DeviceUse(store).findConflict(OWNER, Path.of("/dev/null"), List.of(NUMBER), readWrite);
    }

    private void guestUses(int domid, String uuid, String number, String mode) {
        String backend = "/local/domain/0/backend/vbd/" + domid + "/51712";
        store.write(backend + "/physical-device", number);
        store.write(backend + "/mode", mode);
        store.write("/local/domain/" + domid + "/vm", "/vm/" + uuid);
    }

    @Test
    void mountedDevice_cannotBeWritten_andReadOnlyOneCanBeRead() {
        List<Long> root = List.of(FileIdentity.number(8, 1));
        List<Long> srv = List.of(FileIdentity.number(253, 300));
        assertThat(DeviceUse.findMount(MOUNTS, root, false)).contains("dom0 has it mounted at /: unmount it first");
        assertThat(DeviceUse.findMount(MOUNTS, srv, true)).contains("dom0 has it mounted at /srv: unmount it first");
        assertThat(DeviceUse.findMount(MOUNTS, srv, false)).isEmpty();
        assertThat(DeviceUse.findMount(MOUNTS, List.of(NUMBER), true)).isEmpty();
    }

    @Test
    void deviceOfAnotherGuest_cannotBeWritten() {
        guestUses(5, "00000000-0000-0000-0000-000000000001", "fa0:7", "r");
        assertThat(findConflict(true)).contains("domain 5 uses it for reading: detach it there first");
        assertThat(findConflict(false)).isEmpty();
    }

    @Test
    void deviceThatAnotherGuestWrites_cannotBeRead() {
        guestUses(5, "00000000-0000-0000-0000-000000000001", "fa0:7", "w");
        assertThat(findConflict(false)).contains("domain 5 uses it for writing: detach it there first");
    }

    @Test
    void sameDomainUnderAnOlderNumber_isNoConflict() {
        guestUses(5, OWNER.toString(), "fa0:7", "w");
        assertThat(findConflict(true)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "7:", "fa0:7:1", "-1:2", "123456:1", "fa0:7777777", "g:1"})
    void nonsenseInABackendsNode_isNoDevice(String text) {
        assertThat(DeviceUse.parseHexPair(text)).isEmpty();
        guestUses(5, "x", text, "w");
        assertThat(findConflict(true)).isEmpty();
    }

    @Test
    void deviceNumbers_arePackedAsTheKernelDoes() {
        assertThat(FileIdentity.number(7, 300)).isEqualTo(0x10072cL);
        assertThat(FileIdentity.major(0x10072cL)).isEqualTo(7);
        assertThat(FileIdentity.minor(0x10072cL)).isEqualTo(300);
        assertThat(DeviceUse.parseHexPair("fd:2")).contains(FileIdentity.number(253, 2));
    }

    @Test
    void mark_tellsOwnerAndDisk_andForeignNamesAreNobodys() {
        LoopMark mark = new LoopMark(OWNER, "xvda");
        assertThat(mark.text()).hasSizeLessThan(64);
        assertThat(LoopMark.parse(mark.text())).contains(mark);
        assertThat(LoopMark.parse("/srv/disk.raw")).isEmpty();
        assertThat(LoopMark.parse("jxl:" + OWNER + ":../x")).isEmpty();
    }
}
