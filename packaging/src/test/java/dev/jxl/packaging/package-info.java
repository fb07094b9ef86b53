/**
 * End-to-end tests: the Debian package, installed in the embedded Xen host, judged by what a user of that host sees.
 *
 * <p>Nothing in here looks into jxl's classes: it types commands in dom0 over ssh.
 */
package dev.jxl.packaging;
