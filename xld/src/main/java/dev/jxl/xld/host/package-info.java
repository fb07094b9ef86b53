/**
 * The ports: what the engine needs of a host, as interfaces and values. {@code host.xen} does it on Xen, {@code host.sim}
 * in memory. The engine knows only this room; Xen's libraries may be named only in {@code host.xen}.
 */
@NullMarked
package dev.jxl.xld.host;

import org.jspecify.annotations.NullMarked;
