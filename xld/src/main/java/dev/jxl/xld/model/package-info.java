/**
 * What a domain is and needs, as pure functions of what is observed. No effects, no clock, no store here.
 */
@NullMarked
package dev.jxl.xld.model;

import org.jspecify.annotations.NullMarked;
