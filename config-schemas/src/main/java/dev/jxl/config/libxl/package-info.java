/**
 * libxl's configuration of a domain as a tree: what xl makes of an xl.cfg, keeps beside each domain and prints. The types
 * per Xen version are data ({@code types.txt}); nothing here knows what a field means.
 */
@NullMarked
package dev.jxl.config.libxl;

import org.jspecify.annotations.NullMarked;
