/**
 * What jxld writes down: operations, their steps and claims, the domains it answers for, events. SQLite behind one thread.
 * No Xen and no decisions here.
 */
@NullMarked
package dev.jxl.xld.store;

import org.jspecify.annotations.NullMarked;
