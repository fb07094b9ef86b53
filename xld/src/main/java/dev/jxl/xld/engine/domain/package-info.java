/**
 * What jxld knows of domains: what runs, what it answers for, what is defined, what was told of them, and how what a
 * user wrote is read.
 */
@NullMarked
package dev.jxl.xld.engine.domain;

import org.jspecify.annotations.NullMarked;
