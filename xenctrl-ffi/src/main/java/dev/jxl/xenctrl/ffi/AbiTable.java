package dev.jxl.xenctrl.ffi;

import dev.jxl.xenctrl.XenControlException.AbiMismatch;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Layouts and constants of one Xen version, from the tables that {@code abi/measure} measures.
 *
 * @param minor N of Xen 4.N
 * @param source what was measured
 */
public record AbiTable(int minor, String source, Map<String, CStruct> structs, Map<String, Long> constants) {
    /** Oldest Xen with a table. */
    public static final int OLDEST = 17;
    /** Newest Xen with a table. */
    public static final int NEWEST = 22;

    /** Copies the maps. */
    public AbiTable {
        structs = Map.copyOf(structs);
        constants = Map.copyOf(constants);
    }

    /**
     * The table of Xen 4.{@code minor}.
     *
     * @throws AbiMismatch when there is none
     */
    public static AbiTable of(int minor) {
        if (minor < OLDEST || minor > NEWEST) {
            throw new AbiMismatch(
                    "this is Xen 4." + minor + "; jxl knows the data layouts of Xen 4." + OLDEST + " to 4."
                            + NEWEST + " only. Use one of these, or a jxl that knows Xen 4." + minor
                            + ". Guessing could build wrong domains.");
        }
        String resource = "/dev/jxl/xenctrl/abi/xen-4." + minor + ".json";
        try (InputStream in = AbiTable.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new AssertionError("the jar lacks " + resource);
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the text of a table. */
    static AbiTable parse(String text) {
        Map<?, ?> table = JsonText.object(text);
        Map<String, CStruct> structs = new HashMap<>();
        map(table, "structs").forEach((name, value) -> structs.put((String) name, struct((String) name, value)));
        Map<String, Long> constants = new HashMap<>();
        map(table, "constants").forEach((name, value) -> constants.put((String) name, (Long) value));
        return new AbiTable(
                Math.toIntExact((Long) require(table, "minor")), (String) require(table, "source"), structs, constants);
    }

    private static CStruct struct(String name, Object value) {
        Map<String, CStruct.Field> fields = new HashMap<>();
        Map<?, ?> struct = (Map<?, ?>) value;
        map(struct, "fields").forEach((field, place) -> {
            List<?> numbers = (List<?>) place;
            fields.put((String) field, new CStruct.Field((Long) numbers.get(0), (Long) numbers.get(1)));
        });
        return new CStruct(name, (Long) require(struct, "size"), fields);
    }

    private static Map<?, ?> map(Map<?, ?> parent, String key) {
        return (Map<?, ?>) require(parent, key);
    }

    private static Object require(Map<?, ?> parent, String key) {
        Object value = parent.get(key);
        if (value == null) {
            throw new IllegalArgumentException("the layout table lacks \"" + key + "\"");
        }
        return value;
    }

    /** The layout of a struct. */
    public CStruct struct(String name) {
        CStruct struct = structs.get(name);
        if (struct == null) {
            throw new AssertionError("the layout table of Xen 4." + minor + " has no struct " + name);
        }
        return struct;
    }

    /** A constant. */
    public int constant(String name) {
        Long value = constants.get(name);
        if (value == null) {
            throw new AssertionError("the layout table of Xen 4." + minor + " has no constant " + name);
        }
        return value.intValue();
    }
}
