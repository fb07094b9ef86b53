/** jxl: commands, a small HTTP client, output. What costs start-up time may not enter. */
@NullMarked
package dev.jxl.cli;

import org.jspecify.annotations.NullMarked;
