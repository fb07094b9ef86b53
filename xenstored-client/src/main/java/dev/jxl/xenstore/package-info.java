/** xenstore as a client sees it. No knowledge of what the nodes mean may enter. */
@NullMarked
package dev.jxl.xenstore;

import org.jspecify.annotations.NullMarked;
