/** jxl's JSON form as trees and records: read by the records' components and their rules, written the same way. */
@NullMarked
package dev.jxl.config.form;

import org.jspecify.annotations.NullMarked;
