package dev.jxl.config.json;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.SpecReading;
import java.util.Map;

/**
 * libxl's JSON of a domain: what xl keeps beside each domain ({@code userdata-d.DOMID.UUID.libxl-json}) and prints with
 * {@code xl list -l}.
 *
 * <p>In that file libxl wants a NUL character after the text: it hands the bytes to a parser of C strings.
 *
 * @source tools/libs/light/libxl_types.idl: libxl_domain_config; gentypes.py: what is as initialised is left out
 */
public final class LibxlJson {
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
     * The JSON of a domain.
     *
     * @param spec its nics should have their MAC addresses by now: xl makes no others later
     * @param uuid the domain's
     * @param backends the numbers of backend domains by the names that the spec has for them
     */
    public static String write(DomainSpec spec, DomainUuid uuid, Map<String, DomainId> backends) {
        return JsonText.write(new LibxlJsonWriter(spec, uuid, backends).domain());
    }

    /**
     * Reads it back, as far as jxl's model goes. What the model does not have is a warning each: such a domain can be
     * watched and destroyed, but jxl could not make it again.
     *
     * @param text perhaps with a NUL at its end
     * @return never throws for what is in the text
     */
    public static SpecReading read(String text) {
        int end = text.indexOf(0);
        return new LibxlJsonReader().read(end < 0 ? text : text.substring(0, end));
    }
}
