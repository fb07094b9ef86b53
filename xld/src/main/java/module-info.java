/** The daemon. */
module dev.jxl.xld {
    requires static transitive org.jspecify;
    requires transitive dev.jxl.config;
    requires dev.jxl.xenctrl;
    requires dev.jxl.xenstore;
    requires com.fasterxml.jackson.databind;
    requires java.sql;
    requires java.logging;

    exports dev.jxl.xld.api;

    uses dev.jxl.xld.api.Frontend;
}
