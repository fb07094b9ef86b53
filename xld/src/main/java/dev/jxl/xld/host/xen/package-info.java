/**
 * The ports done on Xen: hypercalls, loop devices, bridge ports, files of dom0. The only room of the daemon that may name
 * Xen's libraries. Errors of Xen become errors of jxl here; no decision about a domain is made here.
 */
@NullMarked
package dev.jxl.xld.host.xen;

import org.jspecify.annotations.NullMarked;
