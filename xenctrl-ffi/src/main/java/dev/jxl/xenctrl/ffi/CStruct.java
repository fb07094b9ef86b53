package dev.jxl.xenctrl.ffi;

import java.util.Map;

/**
 * Layout of one C struct as measured for one Xen version.
 *
 * @param size bytes
 * @param fields by C name, with dots for members of members
 */
public record CStruct(String name, long size, Map<String, Field> fields) {
    /** Copies the map. */
    public CStruct {
        fields = Map.copyOf(fields);
    }

    /** Place and size of a member, in bytes. */
    public record Field(long offset, long size) {}

    /** Whether this version has the member. */
    public boolean has(String field) {
        return fields.containsKey(field);
    }

    /** The member; it is our bug when it is not in the table, or has another size than the code believes. */
    Field field(String field, long size) {
        Field found = fields.get(field);
        if (found == null) {
            throw new AssertionError("the layout table has no " + name + "." + field);
        }
        if (found.size() != size) {
            throw new AssertionError(name + "." + field + " has " + found.size() + " bytes, not " + size);
        }
        return found;
    }
}
