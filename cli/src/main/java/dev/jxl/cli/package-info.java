/**
 * jxl: commands, a small HTTP client, output. Beside picocli and jackson-core's streams no library may enter, and nothing else
 * that costs start-up time; only what reads images of guests uses config-schemas, and no other command loads it.
 */
@NullMarked
package dev.jxl.cli;

import org.jspecify.annotations.NullMarked;
