/** A domain's devices: their nodes, their backends, the devices of the host that it has, and its QEMU. */
@NullMarked
package dev.jxl.xld.engine.device;

import org.jspecify.annotations.NullMarked;
