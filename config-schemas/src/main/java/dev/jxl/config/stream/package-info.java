/**
 * What a saved guest's file or a migration stream holds, and what is wrong with it: xl's header, libxl's stream version 2, libxc's
 * images version 2 and 3. Bytes in, a report out: no Xen, no host, no file is opened here. The bytes are taken for an attack:
 * nothing is allocated by a length that they name, and the whole needs at most {@link PfnSet#MOST_BYTES} and a few MiB more.
 */
@NullMarked
package dev.jxl.config.stream;

import org.jspecify.annotations.NullMarked;
