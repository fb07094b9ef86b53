/** Routes, problem+json and SSE over the Toolstack interface. */
@NullMarked
package dev.jxl.rest;

import org.jspecify.annotations.NullMarked;
