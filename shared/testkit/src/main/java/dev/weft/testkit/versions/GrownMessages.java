package dev.weft.testkit.versions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Raw;
import dev.weft.json.Json;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.internal.VertxInternal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Makes what one node sends look like the messages of another version: each JSON body (calls,
 * replies, items, errors, beats, signs of life) gains a field that nobody knows and loses every
 * optional one, and each message gains a header. Works on the buses of the other nodes, as messages
 * come in. Thread-safe.
 */
public final class GrownMessages {
  private static final String UNKNOWN = "x_later";

  /**
   * Fields whose absence is an answer of its own: to drop one is to say something else. They are
   * optional for whoever has nothing to say.
   */
  private static final Set<String> SAYING =
      Set.of(
          "ObjectReply.value",
          "InstanceReply.active",
          "WeftError.details",
          "Push.news",
          "News.items",
          "News.ended",
          "News.lost",
          "Pushed.unknown",
          "Kept.items",
          "Check.topics",
          "Checked.topics",
          "Question.leaves",
          "Standing.sequence",
          "Standing.owner");

  private final String sender;
  private final Map<String, Endpoint<?, ?>> endpoints = new HashMap<>();

  /** Endpoint of each call that the node has, by caller and number. */
  private final Map<String, String> calls = new ConcurrentHashMap<>();

  private final Map<String, LongAdder> changed = new ConcurrentHashMap<>();
  private final Set<String> dropped = ConcurrentHashMap.newKeySet();

  /**
   * @param sender the node whose messages are of another version
   * @param readers all other nodes
   * @param known endpoints whose optional fields are dropped
   */
  public GrownMessages(Vertx sender, List<Vertx> readers, List<? extends Endpoint<?, ?>> known) {
    this.sender = ((VertxInternal) sender).clusterManager().getNodeId();
    known.forEach(endpoint -> endpoints.put(endpoint.name(), endpoint));
    sender.eventBus().<Buffer>addInboundInterceptor(this::note);
    for (Vertx reader : readers) {
      reader.eventBus().<Buffer>addInboundInterceptor(this::change);
    }
  }

  /** How many messages of a kind were changed. */
  public long changed(String kind) {
    LongAdder count = changed.get(kind);
    return count == null ? 0 : count.sum();
  }

  /** Names of the fields that were dropped at least once, with their records'. */
  public Set<String> dropped() {
    return Set.copyOf(dropped);
  }

  private void note(DeliveryContext<Buffer> delivery) {
    MultiMap headers = delivery.message().headers();
    String endpoint = headers.get("ep");
    if (endpoint != null) {
      calls.put(headers.get("from") + ":" + headers.get("id"), endpoint);
    }
    delivery.next();
  }

  private void change(DeliveryContext<Buffer> delivery) {
    MultiMap headers = delivery.message().headers();
    if (sender.equals(headers.get("from"))) {
      headers.set(UNKNOWN, "1");
      String reader = delivery.message().address().substring("node.".length());
      String kind = headers.get("k");
      switch (kind) {
        case "call", "open" -> body(delivery, kind, type(headers.get("ep"), true));
        case "reply" -> body(delivery, kind, type(calls.get(call(reader, headers)), false));
        case "items", "end" -> items(delivery, kind, type(calls.get(call(reader, headers)), false));
        case "error", "beat", "alive" -> body(delivery, kind, null);
        default -> {}
      }
    }
    delivery.next();
  }

  private static String call(String reader, MultiMap headers) {
    return reader + ":" + headers.get("id");
  }

  private @Nullable Class<?> type(@Nullable String name, boolean request) {
    Endpoint<?, ?> endpoint = name == null ? null : endpoints.get(name);
    if (endpoint == null) {
      return null;
    }
    return request ? endpoint.requestType() : endpoint.replyType();
  }

  private void body(DeliveryContext<Buffer> delivery, String kind, @Nullable Class<?> type) {
    Buffer body = delivery.message().body();
    byte[] grown = grown(body.getBytes(), type);
    if (grown != null) {
      replace(body, grown);
      count(kind);
    }
  }

  private void items(DeliveryContext<Buffer> delivery, String kind, @Nullable Class<?> type) {
    Buffer body = delivery.message().body();
    MultiMap headers = delivery.message().headers();
    String header = headers.get("len");
    if (body.length() == 0) {
      return;
    }
    int[] lengths =
        header == null
            ? new int[] {body.length()}
            : Arrays.stream(header.split(",", -1)).mapToInt(Integer::parseInt).toArray();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    StringBuilder written = new StringBuilder();
    int at = 0;
    for (int length : lengths) {
      byte[] item = body.getBytes(at, at + length);
      byte[] grown = grown(item, type);
      byte[] kept = grown == null ? item : padded(grown, length);
      all.writeBytes(kept);
      written.append(written.isEmpty() ? "" : ",").append(kept.length);
      at += length;
    }
    replace(body, all.toByteArray());
    if (header != null) {
      headers.set("len", written.toString());
    }
    count(kind);
  }

  private void count(String kind) {
    changed.computeIfAbsent(kind, x -> new LongAdder()).increment();
  }

  /** The same body of another version; null when it is no object. */
  private byte @Nullable [] grown(byte[] body, @Nullable Class<?> type) {
    if (type == Raw.class) {
      return null;
    }
    JsonNode json;
    try {
      json = Json.tree(body, 0, body.length);
    } catch (IOException e) {
      throw new UncheckedIOException("a body that is no JSON", e);
    }
    if (!(json instanceof ObjectNode object)) {
      return null;
    }
    if (type != null && type.isRecord()) {
      for (RecordComponent component : type.getRecordComponents()) {
        String name = type.getSimpleName() + "." + component.getName();
        if (isOptional(component)
            && !SAYING.contains(name)
            && object.remove(component.getName()) != null) {
          dropped.add(name);
        }
      }
    }
    object.putObject(UNKNOWN).putArray("more").add(1).addNull();
    return object.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isOptional(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class)
        || Collection.class.isAssignableFrom(component.getType());
  }

  /** A buffer cannot shrink; blanks after JSON say nothing. */
  private static void replace(Buffer body, byte[] bytes) {
    body.setBytes(0, padded(bytes, body.length()));
  }

  private static byte[] padded(byte[] json, int atLeast) {
    byte[] padded = Arrays.copyOf(json, Math.max(json.length, atLeast));
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }
}
