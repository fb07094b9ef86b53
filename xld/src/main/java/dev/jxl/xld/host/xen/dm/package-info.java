/**
 * Device models as processes of dom0: started, marked, found again, watched, asked, ended. What their arguments mean is not known
 * here.
 */
@NullMarked
package dev.jxl.xld.host.xen.dm;

import org.jspecify.annotations.NullMarked;
