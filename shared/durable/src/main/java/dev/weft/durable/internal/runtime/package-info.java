/** Puts the parts of the objects together, and makes a node of the mesh a host of objects. */
@NullMarked
package dev.weft.durable.internal.runtime;

import org.jspecify.annotations.NullMarked;
