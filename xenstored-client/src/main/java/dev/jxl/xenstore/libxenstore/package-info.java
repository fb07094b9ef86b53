/**
 * xenstore by Xen's own C library. The only package of this module that may make native calls, and they are made by
 * xenctrl-ffi. No protocol knowledge may enter: that is the library's.
 */
@NullMarked
package dev.jxl.xenstore.libxenstore;

import org.jspecify.annotations.NullMarked;
