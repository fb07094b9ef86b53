/** How a domain is made, how it is taken away, and what follows when it has stopped. */
@NullMarked
package dev.jxl.xld.engine.life;

import org.jspecify.annotations.NullMarked;
