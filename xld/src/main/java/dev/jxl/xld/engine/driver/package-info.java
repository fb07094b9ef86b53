/** Driver domains: how they are watched, drained, upgraded and made again under their number while their clients wait. */
@NullMarked
package dev.jxl.xld.engine.driver;

import org.jspecify.annotations.NullMarked;
