/**
 * Does what plans say: puts the rooms below together ({@link dev.jxl.xld.engine.Engine}), looks after the domains, and takes up what an
 * earlier jxld left open. Knows the host only by its ports.
 */
@NullMarked
package dev.jxl.xld.engine;

import org.jspecify.annotations.NullMarked;
