/** A client of xenstore: wire protocol, transactions, watches. */
module dev.jxl.xenstore {
    requires static transitive org.jspecify;
    requires dev.jxl.xenctrl;

    exports dev.jxl.xenstore;
    exports dev.jxl.xenstore.libxenstore;
    exports dev.jxl.xenstore.memory;
    exports dev.jxl.xenstore.wire;
}
