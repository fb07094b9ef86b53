package dev.jxl.config.libxl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jxl.config.XenVersion;
import java.util.List;
import java.util.Optional;

/**
 * One domain's configuration in libxl's form, while it is made. A path has slashes: {@code b_info/type.hvm/boot}; parts
 * that are not there yet are made. Not safe for several threads.
 */
public final class LibxlTree {
    private final XenVersion version;
    private final ObjectNode root;

    /** An empty one. */
    public LibxlTree(XenVersion version) {
        this(version, JsonNodeFactory.instance.objectNode());
    }

    /** One that was read; it is used as it is. */
    public LibxlTree(XenVersion version, ObjectNode root) {
        this.version = version;
        this.root = root;
    }

    /** Whose types it has. */
    public XenVersion version() {
        return version;
    }

    /** All of it, as it was put in. */
    public ObjectNode root() {
        return root;
    }

    /** Whether something was put there. */
    public boolean has(String path) {
        return !get(path).isMissingNode();
    }

    /** What was put there; a missing node otherwise. */
    public JsonNode get(String path) {
        return root.at("/" + path);
    }

    /** Puts a number; it gets the field's width when it is written. */
    public void put(String path, long number) {
        parent(path).put(last(path), number);
    }

    /** Puts a text or a word. */
    public void put(String path, String text) {
        parent(path).put(last(path), text);
    }

    /** Puts a libxl_defbool. */
    public void putFlag(String path, boolean flag) {
        put(path, flag ? "True" : "False");
    }

    /** Puts numbers. */
    public void putNumbers(String path, Iterable<? extends Number> numbers) {
        ArrayNode array = parent(path).putArray(last(path));
        numbers.forEach(n -> array.add(n.longValue()));
    }

    /** Puts texts. */
    public void putTexts(String path, List<String> texts) {
        ArrayNode array = parent(path).putArray(last(path));
        texts.forEach(array::add);
    }

    /** Puts anything. */
    public void put(String path, JsonNode node) {
        parent(path).set(last(path), node);
    }

    /** Takes something away. */
    public void remove(String path) {
        parent(path).remove(last(path));
    }

    /** Adds an empty entry to a list and gives its path. */
    public String add(String list) {
        ObjectNode parent = parent(list);
        ArrayNode array = parent.get(last(list)) instanceof ArrayNode there ? there : parent.putArray(last(list));
        array.addObject();
        return list + "/" + (array.size() - 1);
    }

    /** The word of an enumeration that a text means, as libxl reads it (case does not count). */
    public Optional<String> findWord(String enumeration, String text) {
        return LibxlTypes.require(enumeration).findWord(text, version);
    }

    /** The word that a number of an enumeration has. */
    public Optional<String> findWord(String enumeration, long number) {
        return LibxlTypes.require(enumeration).word(number);
    }

    /** Whether a structure has that field. */
    public boolean isField(String structure, String field) {
        return LibxlTypes.require(structure).find(field, version).isPresent();
    }

    /** An enumeration's words. */
    public List<String> listWords(String enumeration) {
        return LibxlTypes.require(enumeration).members().stream()
                .filter(m -> m.in(version))
                .map(LibxlType.Member::name)
                .toList();
    }

    /** As libxl writes it: in its order, nothing that is as initialised. */
    public ObjectNode write() {
        return new LibxlWriter(version).struct(root, LibxlTypes.require("domain_config"));
    }

    private ObjectNode parent(String path) {
        ObjectNode at = root;
        String[] parts = path.split("/", -1);
        for (int i = 0; i + 1 < parts.length; i++) {
            JsonNode next = at.get(parts[i]);
            if (next instanceof ArrayNode array) {
                next = array.get(Integer.parseInt(parts[++i]));
            }
            at = next instanceof ObjectNode object ? object : at.putObject(parts[i]);
        }
        return at;
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
