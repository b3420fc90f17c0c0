package dev.weft.testkit.objects;

import dev.weft.durable.ObjectContext;
import org.jspecify.annotations.Nullable;

/**
 * Code that runs as a turn of an object.
 *
 * @param <T> the namespace's interface
 * @param <R> what comes of it; not copied
 */
@FunctionalInterface
public interface ObjectTask<T, R extends @Nullable Object> {
  R run(ObjectContext context, T instance) throws Exception;
}
