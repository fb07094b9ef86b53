/**
 * What jxld can do, as Java: the only room that the HTTP API sees. Values and one interface; no Xen, no xenstore, no SQL.
 */
@NullMarked
package dev.jxl.xld.api;

import org.jspecify.annotations.NullMarked;
