package dev.jxl.config.xl;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.SpecProblem;
import dev.jxl.config.SpecProblem.Severity;
import dev.jxl.config.SpecReading;
import dev.jxl.config.Worded;
import dev.jxl.config.XenVersion;
import dev.jxl.config.form.JsonText;
import dev.jxl.config.json.DomainSpecJson;
import dev.jxl.config.json.LibxlJson;
import dev.jxl.config.libxl.LibxlSpec;
import dev.jxl.config.libxl.LibxlTree;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The forms in which a domain's configuration is written, and how one is made of another. */
public enum ConfigForm implements Worded {
    /** xl's own language. */
    XL_CFG,
    /** jxl's JSON, by domain.schema.json. */
    JXL_JSON,
    /** libxl's JSON. */
    LIBXL_JSON;

    /** The form of that word: xl-cfg, jxl-json, libxl-json. */
    public static Optional<ConfigForm> find(String word) {
        return Arrays.stream(values()).filter(form -> form.word().equals(word)).findFirst();
    }

    @Override
    public String word() {
        return Worded.super.word().replace('_', '-');
    }

    /**
     * Makes another form of a configuration. From xl.cfg to libxl's JSON it is what xl makes of it; in all other cases it is
     * by way of jxl's model, and what that does not have is a warning each.
     *
     * @param text at most 1 MiB
     * @param overrides {@code key=value}; only with xl.cfg
     * @param to the form wanted
     * @param version whose libxl and xl
     * @param host its CPUs
     * @param folder where relative paths begin; empty: they are errors. From xl.cfg to libxl's JSON they stay relative, as
     *     xl prints them
     * @return never throws for what is in the text
     */
    public XlConverted convert(
            String text,
            List<String> overrides,
            ConfigForm to,
            XenVersion version,
            HostCpus host,
            Optional<Path> folder) {
        if (this == XL_CFG && to == LIBXL_JSON) {
            return XlCfg.convert(text, overrides, version, host);
        }
        SpecReading reading = switch (this) {
            case XL_CFG -> XlCfg.readAny(text, overrides, version, host, folder);
            case JXL_JSON -> DomainSpecJson.read(text, folder);
            case LIBXL_JSON -> LibxlJson.read(text, folder);
        };
        List<SpecProblem> problems = reading.problems();
        boolean refused = problems.stream().anyMatch(p -> p.severity() == Severity.ERROR);
        return new XlConverted(reading.spec().filter(s -> !refused).map(s -> write(s, to, version)), problems);
    }

    private static String write(DomainSpec spec, ConfigForm to, XenVersion version) {
        if (to == JXL_JSON) {
            return DomainSpecJson.write(spec);
        }
        LibxlTree tree = LibxlSpec.write(spec, Map.of(), version);
        if (to == XL_CFG) {
            return XlWriter.write(tree);
        }
        tree.putFlag("c_info/run_hotplug_scripts", true);
        tree.putFlag("b_info/claim_mode", true);
        return JsonText.write(tree.write());
    }
}
