package dev.weft.contracts.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the API reference says of a record, or of one of its components, beyond what its Java type
 * says. The words are those of JSON Schema. It documents; whoever serves the endpoint checks.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT})
public @interface Doc {

  /** For people: what it means. */
  String value() default "";

  /** Name of a record's schema; empty for the name of its class. */
  String name() default "";

  /** Smallest number. */
  long minimum() default Long.MIN_VALUE;

  /** Largest number. */
  long maximum() default Long.MAX_VALUE;

  /** Shortest text, in characters. */
  int minLength() default 0;

  /** Longest text, in characters. */
  int maxLength() default Integer.MAX_VALUE;

  /** Regular expression that a text matches; empty for any. */
  String pattern() default "";

  /** What kind of text: {@code date-time}; empty for any. */
  String format() default "";

  /** The only values, or the only values of a list's items; none for any. One is a constant. */
  String[] allowed() default {};

  /** What is taken when it is not given; empty when nothing is. */
  String defaultValue() default "";
}
