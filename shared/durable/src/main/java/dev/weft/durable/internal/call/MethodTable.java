package dev.weft.durable.internal.call;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.Idempotent;
import dev.weft.durable.Feed;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.values.ValueCodec;
import dev.weft.json.Json;
import dev.weft.json.JsonFaults;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods of an object's interface: how they are called and what they carry. Thread-safe. */
public final class MethodTable {
  private final String namespace;
  private final Map<String, Entry> byName = new HashMap<>();
  private final Map<Method, Entry> byMethod = new HashMap<>();

  /**
   * @throws IllegalArgumentException when the interface cannot be called from afar
   */
  public MethodTable(String namespace, Class<?> type) {
    this.namespace = namespace;
    if (type.getTypeParameters().length > 0) {
      throw new IllegalArgumentException(
          type.getName()
              + " is generic: let the namespace's interface extend it with types of its own");
    }
    List<Method> bridges = new ArrayList<>();
    for (Method method : type.getMethods()) {
      if (method.isBridge()) {
        bridges.add(method);
      } else if (!Modifier.isStatic(method.getModifiers())) {
        Entry entry = new Entry(namespace, type, method);
        if (byName.put(method.getName(), entry) != null) {
          throw new IllegalArgumentException(
              type.getName() + " has two methods named " + method.getName());
        }
        byMethod.put(method, entry);
      }
    }
    // The same method as those see it who know a more general interface.
    for (Method bridge : bridges) {
      Entry entry = byName.get(bridge.getName());
      if (entry != null) {
        byMethod.put(bridge, entry);
      }
    }
    if (byName.isEmpty()) {
      throw new IllegalArgumentException(type.getName() + " has no methods");
    }
  }

  /**
   * The method of that name.
   *
   * @throws dev.weft.contracts.WeftException {@code object:method.not_found}
   */
  public Entry named(String method) {
    Entry entry = byName.get(method);
    if (entry == null) {
      throw ObjectErrors.noMethod(namespace, method);
    }
    return entry;
  }

  /** The entry of a method; null when it is none of the interface's own. */
  public @Nullable Entry of(Method method) {
    return byMethod.get(method);
  }

  /** One method. */
  public static final class Entry {
    private final String namespace;
    private final String name;
    private final Class<?> returnType;
    private final boolean idempotent;
    private final boolean feed;
    private final JavaType[] types;
    private final ObjectReader[] readers;
    private final JavaType resultType;
    private final ObjectReader resultReader;
    private final ObjectWriter resultWriter;
    private final MethodHandle handle;

    private Entry(String namespace, Class<?> type, Method method) {
      ObjectMapper mapper = ValueCodec.mapper();
      MemberTypes memberTypes = new MemberTypes(type, method);
      this.namespace = namespace;
      this.name = method.getName();
      this.returnType = method.getReturnType();
      this.idempotent = method.isAnnotationPresent(Idempotent.class);
      this.feed = returnType == Feed.class;
      Type[] parameters = method.getGenericParameterTypes();
      types = new JavaType[parameters.length];
      readers = new ObjectReader[parameters.length];
      for (int i = 0; i < parameters.length; i++) {
        types[i] = memberTypes.resolve(parameters[i]);
        readers[i] =
            mapper.readerFor(types[i]).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
      }
      resultType = memberTypes.resolve(feed ? itemType(method) : boxed(method));
      resultReader = mapper.readerFor(resultType);
      resultWriter = mapper.writerFor(resultType);
      handle = spread(method);
    }

    private static Type itemType(Method method) {
      if (method.getGenericReturnType() instanceof ParameterizedType type) {
        return type.getActualTypeArguments()[0];
      }
      throw new IllegalArgumentException(method + " returns a Feed of no type");
    }

    private static Type boxed(Method method) {
      return method.getReturnType().isPrimitive()
          ? MethodType.methodType(method.getReturnType()).wrap().returnType()
          : method.getGenericReturnType();
    }

    private static MethodHandle spread(Method method) {
      try {
        method.setAccessible(true);
        return MethodHandles.lookup()
            .unreflect(method)
            .asType(MethodType.genericMethodType(method.getParameterCount() + 1))
            .asSpreader(1, Object[].class, method.getParameterCount());
      } catch (IllegalAccessException e) {
        throw new IllegalArgumentException(method + " cannot be called", e);
      }
    }

    public String name() {
      return name;
    }

    public boolean idempotent() {
      return idempotent;
    }

    /** Whether the answer is a stream. */
    public boolean feed() {
      return feed;
    }

    /** Refuses a call that asks for a stream where there is one answer, or for one of a stream. */
    public void requireFeed(boolean wanted) {
      if (feed != wanted) {
        throw ObjectErrors.badArguments(
            namespace,
            name,
            feed ? "it answers with a stream: open it." : "it answers once: call it.");
      }
    }

    /** What stands for a result where there is none: null, zero or false. */
    public @Nullable Object nothing() {
      return returnType.isPrimitive() && returnType != void.class
          ? Array.get(Array.newInstance(returnType, 1), 0)
          : null;
    }

    /**
     * The arguments as a JSON array.
     *
     * @throws dev.weft.contracts.WeftException {@code object:request.invalid} when one of them
     *     would not arrive equal; detail {@code param} says where
     */
    public Fragment arguments(@Nullable Object @Nullable [] args) {
      @Nullable Object[] given = args == null ? new Object[0] : args;
      try {
        for (int i = 0; i < given.length; i++) {
          try {
            ValueCodec.check(given[i], types[i]);
          } catch (ValueCodec.Unkept e) {
            throw ObjectErrors.badArgument(namespace, name, e.within("args[" + i + "]"));
          }
        }
        return new Fragment(ValueCodec.mapper().writeValueAsBytes(given));
      } catch (IOException e) {
        throw ObjectErrors.badArguments(
            namespace, name, "an argument cannot be written as JSON: " + brief(e));
      }
    }

    /**
     * Calls the method of an instance.
     *
     * @param strict whether arguments with unknown fields are refused
     */
    public @Nullable Object invoke(Object instance, Fragment args, boolean strict)
        throws Throwable {
      return handle.invokeExact(instance, arguments(args, strict));
    }

    private @Nullable Object[] arguments(Fragment args, boolean strict) {
      @Nullable Object[] values = new Object[readers.length];
      int count = 0;
      try (JsonParser in = ValueCodec.mapper().getFactory().createParser(args.json())) {
        if (in.nextToken() != JsonToken.START_ARRAY) {
          throw ObjectErrors.badArguments(namespace, name, "the arguments are no array.");
        }
        while (in.nextToken() != JsonToken.END_ARRAY) {
          if (count < values.length) {
            ObjectReader reader = strict ? Json.strict(readers[count]) : readers[count];
            values[count] =
                in.currentToken() == JsonToken.VALUE_NULL
                    ? reader.readValue("null")
                    : reader.readValue(in);
          } else {
            in.skipChildren();
          }
          count++;
        }
        if (count != values.length) {
          throw ObjectErrors.badArguments(
              namespace, name, count + " arguments were given, " + values.length + " are taken.");
        }
        return values;
      } catch (JsonMappingException e) {
        e.prependPath(new JsonMappingException.Reference(values, count));
        throw ObjectErrors.badArguments(namespace, name, JsonFaults.describe(e).message());
      } catch (IOException e) {
        throw ObjectErrors.badArguments(namespace, name, JsonFaults.describe(e).message());
      }
    }

    /** What the method returned, or an item of its stream, as JSON. */
    public Fragment result(@Nullable Object value) {
      if (value == null) {
        return Fragment.NULL;
      }
      try {
        byte[] bytes = resultWriter.writeValueAsBytes(value);
        ValueCodec.check(value, resultType);
        return new Fragment(bytes);
      } catch (IOException e) {
        throw badResult(value, "cannot be written as JSON: " + brief(e), e);
      } catch (ValueCodec.Unkept e) {
        throw badResult(value, "would not arrive equal: " + e.getMessage(), e);
      }
    }

    private WeftException badResult(Object value, String why, Exception cause) {
      return WeftError.of(
              "object",
              Reason.INTERNAL,
              namespace + "." + name + " returned a " + value.getClass().getName() + " that " + why)
          .withOutcome(Outcome.EXECUTED)
          .exception(cause);
    }

    /** What the method returned, or an item of its stream. */
    public @Nullable Object result(Fragment value) {
      try {
        return resultReader.readValue(value.json());
      } catch (IOException e) {
        throw WeftError.of(
                "object",
                Reason.INTERNAL,
                namespace + "." + name + " returned what its caller cannot read: " + brief(e))
            .withOutcome(Outcome.EXECUTED)
            .exception(e);
      }
    }

    private static String brief(IOException e) {
      String message = String.valueOf(e.getMessage());
      int line = message.indexOf('\n');
      return line < 0 ? message : message.substring(0, line);
    }
  }
}
