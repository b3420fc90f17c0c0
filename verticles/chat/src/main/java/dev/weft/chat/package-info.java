/**
 * The chat service: completions by model providers and by the built-in model, conversations,
 * retrieval before the model.
 */
@NullMarked
package dev.weft.chat;

import org.jspecify.annotations.NullMarked;
