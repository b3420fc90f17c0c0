@NullMarked
package dev.weft.node.security;

import org.jspecify.annotations.NullMarked;
