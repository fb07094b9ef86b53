/** CPUs and memory of the host, and what domains get of them. */
@NullMarked
package dev.jxl.xld.engine.resource;

import org.jspecify.annotations.NullMarked;
