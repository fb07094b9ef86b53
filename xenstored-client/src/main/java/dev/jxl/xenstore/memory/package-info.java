/**
 * A store in memory with the real one's semantics, for the simulator and for tests. No I/O and no other thread may enter.
 */
@NullMarked
package dev.jxl.xenstore.memory;

import org.jspecify.annotations.NullMarked;
