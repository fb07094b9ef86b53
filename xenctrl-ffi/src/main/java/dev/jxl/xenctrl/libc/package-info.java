/**
 * The few calls of the C library that Java has no words for: opening devices with flags, ioctl, raw sockets to ask the
 * kernel through, sockets that hand over open files. No meaning of a request here.
 */
@NullMarked
package dev.jxl.xenctrl.libc;

import org.jspecify.annotations.NullMarked;
