/**
 * Looks for what does not belong on the host: one class for each thing that is looked for. It knows the ports and what the engine
 * tells it ({@link dev.jxl.xld.doctor.Surroundings}); a check only reads, what mends is a part of what it found.
 */
@NullMarked
package dev.jxl.xld.doctor;

import org.jspecify.annotations.NullMarked;
