/** libxenctrl, libxenguest and libxenstore by the FFM API. Looks at nobody. */
module dev.jxl.xenctrl {
    requires static transitive org.jspecify;

    exports dev.jxl.xenctrl;
    exports dev.jxl.xenctrl.libc;
    exports dev.jxl.xenctrl.store;
}
