package dev.jxl.config.libxl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.XenVersion;
import dev.jxl.config.form.JsonProblems;
import dev.jxl.config.form.RecordReader;
import dev.jxl.config.form.RecordWriter;
import dev.jxl.config.form.RelativeFiles;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** From libxl's configuration to a specification and back: one way for what a file says and for what xl left. */
public final class LibxlSpec {
    private LibxlSpec() {}

    /**
     * The specification that a tree stands for, with defaults filled in.
     *
     * @param folder where relative paths begin; empty: they are errors
     * @param errors takes a JSON pointer of jxl's form and half a sentence
     */
    public static Optional<DomainSpec> read(LibxlTree tree, Optional<Path> folder, BiConsumer<String, String> errors) {
        JsonProblems problems = new JsonProblems();
        ObjectNode domain = LibxlToJxl.convert(tree.root());
        folder.ifPresent(from -> RelativeFiles.resolve(domain, from));
        Optional<DomainSpec> spec = new RecordReader(problems).read(domain, "", DomainSpec.class);
        problems.list().forEach(problem -> errors.accept(problem.field(), problem.message()));
        return spec;
    }

    /** The path in a tree of a JSON pointer of jxl's form, or of what it is in. */
    public static Optional<String> findPath(String pointer) {
        return MappingTable.findLibxl(pointer);
    }

    /**
     * The tree of a specification, with nothing added.
     *
     * @param backends the numbers of backend domains by the names that the specification has for them
     */
    public static LibxlTree write(DomainSpec spec, Map<String, DomainId> backends, XenVersion version) {
        ObjectNode root = JxlToLibxl.convert(RecordWriter.write(spec), backends);
        falseIsUnsaid(root.path("c_info"), "driver_domain");
        for (String flag : new String[] {"localtime", "disable_migrate", "nested_hvm"}) {
            falseIsUnsaid(root.path("b_info"), flag);
        }
        falseIsUnsaid(root.at("/b_info/type.pv"), "e820_host");
        falseIsUnsaid(root.at("/b_info/type.pvh"), "pvshim");
        for (String list : new String[] {"disks", "nics"}) {
            root.path(list).forEach(LibxlSpec::trustedIsUnsaid);
        }
        return new LibxlTree(version, root);
    }

    /** Where jxl has yes or no, libxl has a third: not said. */
    private static void falseIsUnsaid(JsonNode object, String flag) {
        if (object.path(flag).asText().equals("False")) {
            ((ObjectNode) object).remove(flag);
        }
    }

    private static void trustedIsUnsaid(JsonNode device) {
        if (device.path("trusted").asText().equals("True")) {
            ((ObjectNode) device).remove("trusted");
        }
    }
}
