package dev.weft.durable.internal.host;

import dev.weft.durable.ObjectClass;
import dev.weft.durable.internal.call.MethodTable;

/** A class of objects that this node hosts. */
record Hosted(ObjectClass<?> objectClass, MethodTable methods) {}
