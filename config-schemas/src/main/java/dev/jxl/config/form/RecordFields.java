package dev.jxl.config.form;

import dev.jxl.config.CpuSet;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.FirmwareSpec.GenerationId;
import dev.jxl.config.MacAddress;
import dev.jxl.config.MemorySize;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** How the components of a specification's records stand in JSON. */
public final class RecordFields {
    /** Classes that are one text in JSON. */
    public static final Map<Class<?>, Function<String, ?>> TEXTS = Map.of(
            Path.class, Path::of,
            DomainUuid.class, DomainUuid::parse,
            MacAddress.class, MacAddress::new,
            CpuSet.class, CpuSet::parse,
            GenerationId.class, RecordFields::generationId);

    /** Components that are kept beside the JSON. */
    public static final Set<String> BESIDE = Set.of("sourceText");

    private RecordFields() {}

    /** The name in JSON: that of an amount of memory says its unit. */
    public static String name(RecordComponent component) {
        return component.getName() + (held(component.getGenericType()) == MemorySize.class ? "Kib" : "");
    }

    /** The type inside of Optional or List; else the type itself. */
    public static Type held(Type type) {
        return isOptional(type) || isList(type) ? ((ParameterizedType) type).getActualTypeArguments()[0] : type;
    }

    /** Whether it is an Optional. */
    public static boolean isOptional(Type type) {
        return type instanceof ParameterizedType t && t.getRawType() == Optional.class;
    }

    /** Whether it is a List. */
    public static boolean isList(Type type) {
        return type instanceof ParameterizedType t && t.getRawType() == List.class;
    }

    /** A group's value when nothing is said; empty when the group has none. */
    public static Optional<Object> findDefault(Type type) {
        if (!(type instanceof Class<?> group) || !group.isRecord()) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(group.getField("DEFAULT").get(null));
        } catch (NoSuchFieldException none) {
            return Optional.empty();
        } catch (IllegalAccessException closed) {
            throw new IllegalStateException(group + " keeps its DEFAULT for itself", closed);
        }
    }

    private static GenerationId generationId(String hex) {
        if (!hex.matches("[0-9a-f]{32}")) {
            throw new IllegalArgumentException("is not 32 hexadecimal digits in lower case");
        }
        return new GenerationId(hex);
    }

    /** The reverse of {@link #TEXTS}. */
    public static String text(Object value) {
        return value instanceof GenerationId(String hex) ? hex : value.toString();
    }
}
