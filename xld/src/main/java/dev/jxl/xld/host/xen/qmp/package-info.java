/** QEMU's machine protocol: a small client that trusts nothing it reads. What the commands mean is not known here. */
@NullMarked
package dev.jxl.xld.host.xen.qmp;

import org.jspecify.annotations.NullMarked;
