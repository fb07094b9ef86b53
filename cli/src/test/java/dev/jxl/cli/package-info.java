/** Tests of the command line, most of them against jxld on its simulated host. */
package dev.jxl.cli;
