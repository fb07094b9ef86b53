package dev.jxl.config.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.GuestType;
import dev.jxl.config.SpecChecks;
import dev.jxl.config.SpecReading;
import dev.jxl.config.form.JsonProblems;
import dev.jxl.config.form.JsonText;
import dev.jxl.config.form.RecordReader;
import dev.jxl.config.form.RelativeFiles;
import java.nio.file.Path;
import java.util.Optional;

/** Reads jxl's JSON form: the ranges are those of the records' fields and of {@code domain.schema.json}. */
final class DomainSpecReader {
    private final JsonProblems problems = new JsonProblems();

    SpecReading read(String text, Optional<Path> folder) {
        Optional<DomainSpec> spec = JsonText.readObject(text, problems).flatMap(tree -> domain(tree, folder));
        return new SpecReading(problems.anyError() ? Optional.empty() : spec, problems.list());
    }

    private Optional<DomainSpec> domain(ObjectNode tree, Optional<Path> folder) {
        fillIn(tree);
        folder.ifPresent(from -> RelativeFiles.resolve(tree, from));
        Optional<DomainSpec> spec = new RecordReader(problems).read(tree, "", DomainSpec.class);
        spec.ifPresent(domain -> SpecChecks.check(domain, this::tellOnce));
        return spec;
    }

    private void tellOnce(String pointer, String message) {
        if (!problems.hasErrorAt(pointer)) {
            problems.error(pointer, message);
        }
    }

    /** Defaults that depend on other fields. */
    private static void fillIn(ObjectNode tree) {
        copy(tree, "memoryKib", "maxMemoryKib");
        if (!tree.has("vcpus")) {
            tree.put("vcpus", 1);
        }
        copy(tree, "vcpus", "maxVcpus");
        boolean hvm = tree.path("type").asText().equals(GuestType.HVM.word());
        for (JsonNode node : tree.path("nics")) {
            if (hvm && node instanceof ObjectNode nic && !nic.has("ioemu")) {
                nic.put("ioemu", true);
            }
        }
        for (JsonNode node : tree.path("disks")) {
            if (node instanceof ObjectNode disk) {
                boolean cdrom = disk.path("cdrom").asBoolean(false);
                if (!disk.has("format")) {
                    disk.put("format", cdrom && !disk.has("target") ? "empty" : "raw");
                }
                if (!disk.has("readWrite")) {
                    disk.put("readWrite", !cdrom);
                }
            }
        }
    }

    private static void copy(ObjectNode tree, String from, String to) {
        if (!tree.has(to) && tree.has(from)) {
            tree.set(to, tree.get(from));
        }
    }
}
