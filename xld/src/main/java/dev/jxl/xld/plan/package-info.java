/**
 * What will be done, as data: steps, and the nodes of xenstore that they write. Pure functions of a specification and of facts
 * about the host; no effects here.
 */
@NullMarked
package dev.jxl.xld.plan;

import org.jspecify.annotations.NullMarked;
