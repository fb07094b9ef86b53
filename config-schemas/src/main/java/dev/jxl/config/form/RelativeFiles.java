package dev.jxl.config.form;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * Files of dom0 that a configuration names from the folder that its user is in, as xl takes them from its own working
 * directory: made whole paths.
 *
 * @source tools/libs/light/libxl_dom.c: libxl__build_dom; libxl_device.c: libxl__device_disk_set_backend
 */
public final class RelativeFiles {
    private static final List<String> PLACES = List.of(
            "/boot/kernel", "/boot/ramdisk", "/firmware/image", "/firmware/acpiTables", "/firmware/smbiosTables");

    private RelativeFiles() {}

    /**
     * Resolves them. What a hotplug script is to make something of, or another domain serves, is left as it is: it need not
     * be a file of dom0.
     *
     * @param domain a domain in jxl's form; changed
     * @param folder the user's folder, a whole path
     */
    public static void resolve(ObjectNode domain, Path folder) {
        for (String place : PLACES) {
            int name = place.lastIndexOf('/');
            resolve(domain.at(place.substring(0, name)), place.substring(name + 1), folder);
        }
        for (JsonNode disk : domain.path("disks")) {
            String backend = disk.path("backendDomain").asText("0");
            boolean dom0 = backend.equals("0") || backend.equals("Domain-0");
            if (dom0 && !disk.hasNonNull("script")) {
                resolve(disk, "target", folder);
            }
        }
    }

    private static void resolve(JsonNode parent, String name, Path folder) {
        String text = parent.path(name).asText("");
        if (text.isEmpty() || text.startsWith("/") || text.indexOf(0) >= 0 || !(parent instanceof ObjectNode object)) {
            return;
        }
        try {
            Path whole = folder;
            for (Path part : Path.of(text)) {
                whole = part.toString().equals(".") ? whole : whole.resolve(part);
            }
            object.put(name, whole.toString());
        } catch (InvalidPathException told) {
            // It is told where the field is read.
            return;
        }
    }
}
