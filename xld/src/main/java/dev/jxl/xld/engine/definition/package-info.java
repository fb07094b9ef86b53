/** Domains that are defined: started of their definitions, and started and stopped with the host. */
@NullMarked
package dev.jxl.xld.engine.definition;

import org.jspecify.annotations.NullMarked;
