package dev.jxl.config.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeviceListsTest {
    private static final String STORED =
            "{\"c_info\":{\"strange\":[1]},\"disks\":[{\"vdev\":\"xvda\",\"x\":1},{\"vdev\":\"xvdb\"}],\"on_crash\":\"restart\"}\0";

    private static String flat(Optional<String> json) {
        return json.orElseThrow().replaceAll("\\s", "");
    }

    @Test
    void addedDevice_comesLastAndTheRestStays() {
        String more = "{\"disks\":[{\"vdev\":\"xvdc\"}]}";
        assertEquals(
                "{\"c_info\":{\"strange\":[1]},\"disks\":[{\"vdev\":\"xvda\",\"x\":1},{\"vdev\":\"xvdb\"},{\"vdev\":\"xvdc\"}],"
                        + "\"on_crash\":\"restart\"}",
                flat(DeviceLists.with(STORED, more, "/disks", List.of("vdev"))));
    }

    @Test
    void deviceOfTheSameKey_isReplacedInItsPlace() {
        String more = "{\"disks\":[{\"vdev\":\"xvda\",\"x\":2}]}";
        assertTrue(flat(DeviceLists.with(STORED, more, "/disks", List.of("vdev")))
                .contains("[{\"vdev\":\"xvda\",\"x\":2},{\"vdev\":\"xvdb\"}]"));
    }

    @Test
    void missingList_isMade() {
        String more = "{\"nics\":[{\"devid\":1}]}";
        assertTrue(
                flat(DeviceLists.with(STORED, more, "/nics", List.of("devid"))).contains("\"nics\":[{\"devid\":1}]"));
    }

    @Test
    void removedDevice_isGoneAndNoOther() {
        assertTrue(flat(DeviceLists.without(STORED, "/disks", Map.of("vdev", "xvda")))
                .contains("\"disks\":[{\"vdev\":\"xvdb\"}]"));
    }

    @Test
    void lastDevice_takesItsListAway() {
        Optional<String> one = DeviceLists.without(STORED, "/disks", Map.of("vdev", "xvda"));
        assertTrue(!flat(DeviceLists.without(one.orElseThrow(), "/disks", Map.of("vdev", "xvdb")))
                .contains("disks"));
    }

    @Test
    void numbersAndTexts_areComparedAsTheyRead() {
        assertTrue(!flat(DeviceLists.without("{\"nics\":[{\"devid\":3}]}", "/nics", Map.of("devid", "3")))
                .contains("nics"));
    }

    @Test
    void brokenText_isRefused() {
        assertEquals(Optional.empty(), DeviceLists.without("{\"disks\":", "/disks", Map.of()));
        assertEquals(Optional.empty(), DeviceLists.with("[]", "{}", "/disks", List.of("vdev")));
    }
}
