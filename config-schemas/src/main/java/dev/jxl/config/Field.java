package dev.jxl.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What holds for a component of a specification's record in whatever form it is read; the schema says the same. */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Field {
    /** The least number, or the least number of entries. */
    long least() default 0;

    /** The greatest number, or the most entries. */
    long most() default Long.MAX_VALUE;

    /** The value of a component that is not given, as text; empty: it must be given. */
    String orElse() default "";

    /** Whether it is a file of dom0, given as a whole path. */
    boolean file() default false;

    /** Whether the text may be empty. */
    boolean mayBeEmpty() default false;

    /** What the text must look like, as a regular expression; empty: anything without a NUL character. */
    String pattern() default "";
}
