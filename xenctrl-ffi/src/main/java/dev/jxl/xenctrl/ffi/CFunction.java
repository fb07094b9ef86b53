package dev.jxl.xenctrl.ffi;

/** One C function: everything about it is derived from the one text of its prototype, which a test compares with C's headers. */
public interface CFunction {
    /** Where it lives. */
    Library library();

    /** Its declaration as C has it, without the semicolon. */
    Prototype prototype();

    /** Whether Xen 4.{@code minor} has it, and declares it so. */
    default boolean existsIn(int minor) {
        return true;
    }

    /** Its name. */
    default String symbol() {
        return prototype().symbol();
    }
}
