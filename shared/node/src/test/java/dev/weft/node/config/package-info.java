@NullMarked
package dev.weft.node.config;

import org.jspecify.annotations.NullMarked;
