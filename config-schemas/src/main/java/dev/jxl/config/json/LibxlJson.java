package dev.jxl.config.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.config.SpecChecks;
import dev.jxl.config.SpecReading;
import dev.jxl.config.XenVersion;
import dev.jxl.config.form.JsonProblems;
import dev.jxl.config.form.JsonText;
import dev.jxl.config.libxl.LibxlReader;
import dev.jxl.config.libxl.LibxlSpec;
import dev.jxl.config.libxl.LibxlTree;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * libxl's JSON of a domain: what xl keeps beside each domain ({@code userdata-d.DOMID.UUID.libxl-json}) and prints with
 * {@code xl list -l}.
 *
 * <p>In that file libxl wants a NUL character after the text: it hands the bytes to a parser of C strings.
 *
 * @source tools/libs/light/libxl_types.idl: libxl_domain_config; gentypes.py: what is as initialised is left out
 */
public final class LibxlJson {
    /** INVALID_DOMID: xl stores it, as the domain's number is not part of its configuration. */
    private static final long NO_DOMID = 0xFFFF_FFFFL;

    /** What libxl fills in or decides itself. */
    private static final Set<String> UNTOLD = Set.of(
            "domid",
            "run_hotplug_scripts",
            "oos",
            "claim_mode",
            "iommu_memkb",
            "device_model_version",
            "numa_placement",
            "backend_domid",
            "devid",
            "apic",
            "serial",
            "usbdevice",
            "backend",
            "specification",
            "altp2m",
            "trusted",
            "deprecated");

    private LibxlJson() {}

    /**
     * The JSON of a domain whose backends are all in dom0.
     *
     * @param spec its nics should have their MAC addresses by now: xl makes no others later
     * @param uuid the domain's
     */
    public static String write(DomainSpec spec, DomainUuid uuid) {
        return write(spec, uuid, Map.of());
    }

    /**
     * The JSON of a domain, for the Xen that is usual.
     *
     * @param spec its nics should have their MAC addresses by now: xl makes no others later
     * @param uuid the domain's
     * @param backends the numbers of backend domains by the names that the spec has for them
     */
    public static String write(DomainSpec spec, DomainUuid uuid, Map<String, DomainId> backends) {
        LibxlTree tree = LibxlSpec.write(spec, backends, XenVersion.USUAL);
        tree.put("c_info/uuid", uuid.toString());
        // what libxl fills in before xl stores it
        tree.put("c_info/domid", NO_DOMID);
        tree.putFlag("c_info/run_hotplug_scripts", true);
        tree.putFlag("b_info/claim_mode", true);
        ifAbsent(tree, "b_info/arch_x86", "msr_relaxed", "False");
        if (!tree.has("b_info/video_memkb")) {
            tree.put(
                    "b_info/video_memkb",
                    spec.type() == GuestType.HVM ? spec.graphics().cardKib() : 0);
        }
        for (JsonNode disk : tree.get("disks")) {
            ((ObjectNode) disk).put("colo_restore_enable", "False");
        }
        return JsonText.write(tree.write());
    }

    private static void ifAbsent(LibxlTree tree, String parent, String field, String text) {
        if (!tree.has(parent + "/" + field)) {
            tree.put(parent + "/" + field, text);
        }
    }

    /**
     * Reads it back, as far as jxl's model goes. What the model does not have is a warning each: such a domain can be
     * watched and destroyed, but jxl could not make it again.
     *
     * @param text perhaps with a NUL at its end
     * @return never throws for what is in the text
     */
    public static SpecReading read(String text) {
        return read(text, Optional.empty());
    }

    /**
     * Reads what somebody wrote, whose files may be named from a folder.
     *
     * @param text perhaps with a NUL at its end
     * @param folder where relative paths begin; empty: they are errors
     * @return as {@link #read(String)}
     */
    public static SpecReading read(String text, Optional<Path> folder) {
        JsonProblems problems = new JsonProblems();
        return reading(read(text, folder, problems), problems);
    }

    /**
     * Reads what is in a saved guest's file, which may come from anywhere: also what holds between a domain's parts is checked, as it
     * is for a configuration of which a guest is to be made. Only its kernel may be missing: nobody needs it again.
     *
     * @param text perhaps with a NUL at its end
     * @return as {@link #read(String)}; the places of contradictions are those of jxl's form
     */
    public static SpecReading readSaved(String text) {
        return readChecked(text, Set.of("/boot"));
    }

    /**
     * Reads what another toolstack has left beside a domain that is to be made again: as {@link #readSaved}, with its kernel.
     *
     * @param text perhaps with a NUL at its end
     * @return as {@link #readSaved}
     */
    public static SpecReading readLeft(String text) {
        return readChecked(text, Set.of());
    }

    private static SpecReading readChecked(String text, Set<String> needless) {
        JsonProblems problems = new JsonProblems();
        // Whatever wrote it may have kept paths as they were given. Of a saved guest's none is needed any more but
        // those of
        // disks; xl's process that would make a guest again works in this folder too.
        Optional<DomainSpec> spec = read(text, Optional.of(Path.of("/")), problems);
        spec.ifPresent(domain -> SpecChecks.check(domain, (pointer, message) -> {
            if (!needless.contains(pointer)) {
                problems.error(pointer, message);
            }
        }));
        return reading(spec, problems);
    }

    private static Optional<DomainSpec> read(String text, Optional<Path> folder, JsonProblems problems) {
        int end = text.indexOf(0);
        return JsonText.readObject(end < 0 ? text : text.substring(0, end), problems)
                .flatMap(root -> spec(root, folder, problems));
    }

    private static SpecReading reading(Optional<DomainSpec> spec, JsonProblems problems) {
        return new SpecReading(problems.anyError() ? Optional.empty() : spec, problems.list());
    }

    private static Optional<DomainSpec> spec(ObjectNode root, Optional<Path> folder, JsonProblems problems) {
        LibxlTree tree = new LibxlTree(XenVersion.V4_22, root);
        LibxlReader.check(tree, problems::error, problems::warning);
        if (problems.anyError()) {
            return Optional.empty();
        }
        Optional<DomainSpec> spec = LibxlSpec.read(tree, folder, problems::error);
        spec.ifPresent(s ->
                lost(tree.write(), LibxlSpec.write(s, Map.of(), tree.version()).write(), "", problems));
        return spec;
    }

    /** Names what a specification does not keep. */
    private static void lost(JsonNode before, JsonNode after, String at, JsonProblems problems) {
        before.properties().forEach(field -> {
            JsonNode value = field.getValue();
            JsonNode kept = after.path(field.getKey());
            String where = at + "/" + field.getKey();
            if (value.isContainerNode() && !value.isEmpty() && kept.isContainerNode()) {
                lost(value, kept, where, problems);
            } else if (!UNTOLD.contains(field.getKey()) && kept.isMissingNode() && says(value)) {
                problems.warning(where, "is not in jxl's model: kept out");
            }
        });
        for (int i = 0; before.isArray() && i < before.size(); i++) {
            lost(before.get(i), after.path(i), at + "/" + i, problems);
        }
    }

    private static boolean says(JsonNode value) {
        return value.isContainerNode()
                ? !value.isEmpty()
                : !Set.of("", "False", "0", "unknown").contains(value.asText());
    }
}
