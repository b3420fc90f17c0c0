package dev.weft.contracts.objects;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a method of an object's interface: calling it twice has the effect of calling it once, so a
 * stub may repeat a call whose outcome is unknown. Reads are; what adds or appends is not, unless
 * it is called with a request id ({@code Stub.withRequestId}). A method may have been cut short
 * between two waits the first time, with what it had written until then committed: it must stand
 * being run again from its start.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Idempotent {}
