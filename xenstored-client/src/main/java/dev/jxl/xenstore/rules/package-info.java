/**
 * What every implementation of the store obeys: which paths are legal, what an error word means, how a transaction is
 * tried again, how a watch queues. No I/O and no knowledge of one implementation may enter.
 */
@NullMarked
package dev.jxl.xenstore.rules;

import org.jspecify.annotations.NullMarked;
