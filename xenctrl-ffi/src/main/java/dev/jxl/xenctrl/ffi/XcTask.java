package dev.jxl.xenctrl.ffi;

/** Work on one lane with one xc_interface. */
@FunctionalInterface
interface XcTask<T> {
    /** May throw what method handles may throw. */
    T run(XcCall xc) throws Throwable;
}
