/**
 * The xl.cfg reader: from the text of a guest's configuration file to a {@link dev.jxl.config.DomainSpec}. Text in,
 * values and problems out; no file is opened and no host is asked here. What xl does with a key is a fact of Xen and
 * stands with its source; a later Xen's keys go into {@code XlKeys}.
 */
@NullMarked
package dev.jxl.config.xl;

import org.jspecify.annotations.NullMarked;
