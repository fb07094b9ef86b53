/** xenstore by Xen's C library, for the second transport of the xenstore client. No xenstore policy here. */
@NullMarked
package dev.jxl.xenctrl.store;

import org.jspecify.annotations.NullMarked;
