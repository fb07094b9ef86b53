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

    /** Nobody but the owner: {@code n<domid>}. */
    public static Permission owner(int domid) {
        return new Permission(domid, Access.NONE);
    }

    /** {@code r<domid>}. */
    public static Permission read(int domid) {
        return new Permission(domid, Access.READ);
    }
}
