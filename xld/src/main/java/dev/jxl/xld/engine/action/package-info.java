/** What users have done to a domain that exists. */
@NullMarked
package dev.jxl.xld.engine.action;

import org.jspecify.annotations.NullMarked;
