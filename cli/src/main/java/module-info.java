/** The command line. */
module dev.jxl.cli {
    requires static transitive org.jspecify;
}
