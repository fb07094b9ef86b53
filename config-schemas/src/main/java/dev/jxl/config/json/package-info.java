/**
 * A {@link dev.jxl.config.DomainSpec} as JSON: jxl's own form, and libxl's form, which xl keeps and reads. No file is
 * opened here; what is read may come from anybody and is bounded, typed and told with its JSON pointer.
 */
@NullMarked
package dev.jxl.config.json;

import org.jspecify.annotations.NullMarked;
