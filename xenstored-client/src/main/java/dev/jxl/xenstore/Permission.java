package dev.jxl.xenstore;

/**
 * One entry of a node's permissions.
 *
 * @param domid whom it is about
 * @param access what they may do; for the owner (first entry): what everybody not named may do
 */
public record Permission(int domid, Access access) {
    /** What may be done with a node. */
    public enum Access {
        /** Nothing. */
        NONE('n'),
        /** Reading. */
        READ('r'),
        /** Writing. */
        WRITE('w'),
        /** Reading and writing. */
        BOTH('b');

        private final char letter;

        Access(char letter) {
            this.letter = letter;
        }

        /** xenstore's letter. */
        public char letter() {
            return letter;
        }
    }

    /** {@code n0}, {@code r7}: xenstore's text. */
    @Override
    public String toString() {
        return access.letter() + Integer.toString(domid);
    }

    /**
     * Reads xenstore's text.
     *
     * @throws IllegalArgumentException when it is not a letter of n, r, w, b and a domid from 0 to 65535
     */
    public static Permission parse(String text) {
        if (text.length() < 2 || text.length() > 6) {
            throw new IllegalArgumentException("not a xenstore permission: " + text);
        }
        int domid = 0;
        for (int i = 1; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new IllegalArgumentException("not a xenstore permission: " + text);
            }
            domid = domid * 10 + digit;
        }
        for (Access access : Access.values()) {
            if (access.letter == text.charAt(0) && domid <= 65535) {
                return new Permission(domid, access);
            }
        }
        throw new IllegalArgumentException("not a xenstore permission: " + text);
    }

    /** Nobody but the owner: {@code n<domid>}. */
    public static Permission owner(int domid) {
        return new Permission(domid, Access.NONE);
    }

    /** {@code r<domid>}. */
    public static Permission read(int domid) {
        return new Permission(domid, Access.READ);
    }
}
