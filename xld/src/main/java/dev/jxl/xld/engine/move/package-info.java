/**
 * A guest leaves its domain and goes on in another one: suspended, saved to a file, sent to another host, received from
 * there.
 */
@NullMarked
package dev.jxl.xld.engine.move;

import org.jspecify.annotations.NullMarked;
