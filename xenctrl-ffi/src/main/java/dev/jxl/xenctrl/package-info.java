/** Meaning-shaped calls into Xen, run on native lanes. No domain model and no policy here. */
@NullMarked
package dev.jxl.xenctrl;

import org.jspecify.annotations.NullMarked;
