/** The domain model: what a user asks for. Values only; no file, no socket, no Xen here. */
@NullMarked
package dev.jxl.config;

import org.jspecify.annotations.NullMarked;
