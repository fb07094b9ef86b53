/** What a domain is: model records, JSON Schemas, the xl.cfg reader, libxl JSON, images of saved guests, error codes. Looks at nobody. */
module dev.jxl.config {
    requires static transitive org.jspecify;
    requires com.fasterxml.jackson.databind;

    exports dev.jxl.config;
    exports dev.jxl.config.json;
    exports dev.jxl.config.stream;
    exports dev.jxl.config.xl;
}
