/** QEMU's command line for a domain, as libxl writes it. Pure: strings from a specification. */
@NullMarked
package dev.jxl.xld.plan.qemu;

import org.jspecify.annotations.NullMarked;
