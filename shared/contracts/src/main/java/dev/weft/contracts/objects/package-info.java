/**
 * What the caller and the host of an object share: its namespace, its id and what its interface
 * says of a method. Needs the JDK alone, so a service publishes the interface of its objects in its
 * own package of the contracts. Objects are hosted and called with {@code dev.weft.durable}.
 */
@NullMarked
package dev.weft.contracts.objects;

import org.jspecify.annotations.NullMarked;
