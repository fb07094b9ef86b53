package dev.jxl.xenctrl.store;

/**
 * What a domain may do with a node; the first of a node's permissions names its owner and what all others may.
 *
 * @param domid the domain
 * @param bits 0 nothing, 1 read, 2 write, 3 both
 * @source tools/include/xenstore_lib.h: xs_permissions
 */
public record StorePermission(int domid, int bits) {}
