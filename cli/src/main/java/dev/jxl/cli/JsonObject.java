package dev.jxl.cli;

import java.util.List;
import java.util.Map;

/** An object of jxld's answers: members by name; one that is absent reads as empty, 0, false. */
final class JsonObject {
    private final Map<String, Object> members;

    JsonObject(Map<String, Object> members) {
        this.members = members;
    }

    String text(String name) {
        Object value = members.get(name);
        return value == null ? "" : value.toString();
    }

    long number(String name) {
        return members.get(name) instanceof Number number ? number.longValue() : 0;
    }

    boolean flag(String name) {
        return Boolean.TRUE.equals(members.get(name));
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    JsonObject object(String name) {
        return members.get(name) instanceof JsonObject object ? object : new JsonObject(Map.of());
    }

    /** The objects in an array. */
    List<JsonObject> objects(String name) {
        return members.get(name) instanceof List<?> list ? JsonReader.objectsOf(list) : List.of();
    }

    /** The texts in an array. */
    List<String> texts(String name) {
        return members.get(name) instanceof List<?> list
                ? list.stream().map(Object::toString).toList()
                : List.of();
    }

    Map<String, Object> members() {
        return members;
    }
}
