/** Devices come to and go from a guest that runs, each as one operation. */
@NullMarked
package dev.jxl.xld.engine.hotplug;

import org.jspecify.annotations.NullMarked;
