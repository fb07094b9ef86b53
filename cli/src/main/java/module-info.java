/** The command line. */
module dev.jxl.cli {
    requires static transitive org.jspecify;
    requires dev.jxl.config;
    requires info.picocli;
    requires jdk.net;
    requires com.fasterxml.jackson.core;
}
