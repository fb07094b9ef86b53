/**
 * Does what plans say: operations, one at a time per domain, each a straight line on a virtual thread; supervision; recovery.
 * Knows the host only by its ports.
 */
@NullMarked
package dev.jxl.xld.engine;

import org.jspecify.annotations.NullMarked;
