package dev.jxl.xenstore.rules;

import java.nio.charset.StandardCharsets;

/**
 * Which paths may be asked for.
 *
 * @source docs/misc/xenstore.txt; xen/include/public/io/xs_wire.h: XENSTORE_PAYLOAD_MAX, XENSTORE_ABS_PATH_MAX,
 *     XENSTORE_REL_PATH_MAX
 */
public final class StorePath {
    /** Bytes of the longest payload, in both directions. */
    public static final int MAX_PAYLOAD_BYTES = 4096;
    /** Bytes of the longest absolute path, its closing NUL included. */
    public static final int MAX_ABSOLUTE_BYTES = 3072;
    /** Bytes of the longest special name ({@code @releaseDomain}). */
    public static final int MAX_SPECIAL_BYTES = 2048;

    private StorePath() {}

    /**
     * Checks a node's path.
     *
     * @return the path
     * @throws IllegalArgumentException when it is not absolute, too long, or has a character that no node may have
     */
    public static String requireNode(String path) {
        if (path.isEmpty() || path.charAt(0) != '/') {
            throw illegal(path, "it must begin with a slash");
        }
        if (path.length() >= MAX_ABSOLUTE_BYTES) {
            throw illegal(path, "it has " + path.length() + " bytes, " + (MAX_ABSOLUTE_BYTES - 1) + " are the limit");
        }
        char before = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (!isLegal(c)) {
                throw illegal(path, String.format("character %d (U+%04X) is not allowed", i + 1, (int) c));
            }
            if (c == '/' && before == '/') {
                throw illegal(path, "it has an empty part at character " + (i + 1));
            }
            before = c;
        }
        if (path.length() > 1 && before == '/') {
            throw illegal(path, "it ends in a slash");
        }
        return path;
    }

    /**
     * Checks what a watch is set on: a node, or a special name such as {@code @releaseDomain}.
     *
     * @return the path
     * @throws IllegalArgumentException when it is neither
     */
    public static String requireWatchable(String path) {
        if (!isSpecial(path)) {
            return requireNode(path);
        }
        if (path.length() == 1 || path.length() >= MAX_SPECIAL_BYTES) {
            throw illegal(path, "a special name has 1 to " + (MAX_SPECIAL_BYTES - 2) + " characters after the @");
        }
        for (int i = 0; i < path.length(); i++) {
            if (!isLegal(path.charAt(i))) {
                throw illegal(path, "character " + (i + 1) + " is not allowed");
            }
        }
        return path;
    }

    /**
     * Checks that a value fits into one packet together with its path.
     *
     * @throws IllegalArgumentException when it does not
     */
    public static void requireFits(String path, int valueBytes) {
        int room = MAX_PAYLOAD_BYTES - path.length() - 1;
        if (valueBytes > room) {
            throw new IllegalArgumentException(
                    "the value for xenstore node " + path + " has " + valueBytes + " bytes, at most " + room + " fit");
        }
    }

    /** Whether this is a special name ({@code @introduceDomain}) and not a node. */
    public static boolean isSpecial(String path) {
        return !path.isEmpty() && path.charAt(0) == '@';
    }

    /** Whether {@code path} is {@code root} or lies below it. */
    public static boolean isAtOrBelow(String path, String root) {
        return root.equals("/")
                || (path.startsWith(root) && (path.length() == root.length() || path.charAt(root.length()) == '/'));
    }

    /** The path without its last part; the root's parent is the root. */
    public static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    /** A checked path's bytes. */
    public static byte[] bytes(String path) {
        return path.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean isLegal(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '/'
                || c == '-'
                || c == '_'
                || c == '@';
    }

    private static IllegalArgumentException illegal(String path, String why) {
        String shown = path.length() > 80 ? path.substring(0, 80) + "…" : path;
        return new IllegalArgumentException("not a xenstore path: \"" + shown + "\": " + why);
    }
}
