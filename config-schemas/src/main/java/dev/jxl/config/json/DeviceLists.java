package dev.jxl.config.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jxl.config.form.JsonProblems;
import dev.jxl.config.form.JsonText;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes the lists of devices in a stored configuration, libxl's or jxl's own form, and leaves all else as it stands: what
 * another toolstack wrote and jxl's model does not know is kept.
 */
public final class DeviceLists {
    private DeviceLists() {}

    /**
     * The configuration with the devices of another one added; one of the same list with the same values of {@code key} is
     * replaced.
     *
     * @param stored the configuration
     * @param devices a configuration of the same form whose lists hold what is to be added
     * @param list a JSON pointer to the list: {@code /disks}, {@code /devices/vkbs}
     * @param key the fields that tell the list's devices apart
     * @return empty when one of the texts is not a JSON object
     * @source tools/libs/light/libxl_device.c: device_add_domain_config
     */
    public static Optional<String> with(String stored, String devices, String list, List<String> key) {
        Optional<ObjectNode> tree = read(stored);
        Optional<ObjectNode> more = read(devices);
        if (tree.isEmpty() || more.isEmpty()) {
            return Optional.empty();
        }
        ArrayNode target = tree.get().withArray(list, JsonNode.OverwriteMode.ALL, true);
        for (JsonNode device : more.get().at(list)) {
            int at = 0;
            while (at < target.size() && !same(target.get(at), device, key)) {
                at++;
            }
            if (at < target.size()) {
                target.set(at, device);
            } else {
                target.add(device);
            }
        }
        return tree.map(JsonText::write);
    }

    /**
     * The configuration without a device.
     *
     * @param stored the configuration
     * @param list a JSON pointer to the list
     * @param device the fields that tell it apart, with their values
     * @return empty when the text is not a JSON object
     */
    public static Optional<String> without(String stored, String list, Map<String, String> device) {
        return read(stored).map(tree -> {
            if (tree.at(list) instanceof ArrayNode there) {
                for (int i = there.size() - 1; i >= 0; i--) {
                    JsonNode candidate = there.get(i);
                    if (device.entrySet().stream()
                            .allMatch(e -> candidate.path(e.getKey()).asText().equals(e.getValue()))) {
                        there.remove(i);
                    }
                }
                if (there.isEmpty()) {
                    int slash = list.lastIndexOf('/');
                    ((ObjectNode) tree.at(list.substring(0, slash))).remove(list.substring(slash + 1));
                }
            }
            return JsonText.write(tree);
        });
    }

    private static boolean same(JsonNode a, JsonNode b, List<String> key) {
        return key.stream()
                .allMatch(field -> a.path(field).asText().equals(b.path(field).asText()));
    }

    private static Optional<ObjectNode> read(String text) {
        int end = text.indexOf(0);
        return JsonText.readObject(end < 0 ? text : text.substring(0, end), new JsonProblems());
    }
}
