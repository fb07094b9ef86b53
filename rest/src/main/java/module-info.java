/** The HTTP API. */
module dev.jxl.rest {
    requires static transitive org.jspecify;
    requires dev.jxl.xld;
    requires io.helidon.webserver;
    requires io.helidon.webserver.sse;
    requires com.fasterxml.jackson.databind;
}
