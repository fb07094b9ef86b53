/**
 * The only room that touches {@code java.lang.foreign} for Xen: libraries, signatures, layouts, lanes, and one class for
 * each of Xen's headings. No types of java.lang.foreign leave it, no policy enters it.
 */
@NullMarked
package dev.jxl.xenctrl.ffi;

import org.jspecify.annotations.NullMarked;
