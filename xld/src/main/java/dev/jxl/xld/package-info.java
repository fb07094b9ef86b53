/** jxld itself: wiring and start-up. */
@NullMarked
package dev.jxl.xld;

import org.jspecify.annotations.NullMarked;
