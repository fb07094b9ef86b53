/** The HTTP API. */
module dev.jxl.rest {
    requires static transitive org.jspecify;
    requires transitive dev.jxl.xld;
    requires io.helidon.webserver;
    requires io.helidon.http;
    requires com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.datatype.jdk8;
    requires jdk.net;

    exports dev.jxl.rest;

    provides dev.jxl.xld.api.Frontend with
            dev.jxl.rest.HttpFrontend;
}
