/**
 * Operations: journalled, at most one at a time for a domain, each on a virtual thread of its own; all else in the
 * engine stands on them.
 */
@NullMarked
package dev.jxl.xld.engine.operation;

import org.jspecify.annotations.NullMarked;
