/**
 * xenstore over its wire protocol: the daemon's Unix socket and the kernel's device. No knowledge of what the nodes mean,
 * and no native call, may enter.
 */
@NullMarked
package dev.jxl.xenstore.wire;

import org.jspecify.annotations.NullMarked;
