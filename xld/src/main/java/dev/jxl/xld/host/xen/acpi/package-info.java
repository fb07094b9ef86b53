/**
 * The ACPI tables that a PVH guest finds in its memory. Pure bytes: no Xen call, no file.
 */
@NullMarked
package dev.jxl.xld.host.xen.acpi;

import org.jspecify.annotations.NullMarked;
