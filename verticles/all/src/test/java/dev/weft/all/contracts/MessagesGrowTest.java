package dev.weft.all.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.contracts.WeftException;
import dev.weft.json.Json;
import java.lang.reflect.RecordComponent;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every message between nodes can be read when another version sent it. */
class MessagesGrowTest {
  private static final Set<Class<?>> ALL = MessageTypes.all();

  static Stream<Class<?>> messages() {
    return ALL.stream();
  }

  @Test
  void theMessagesOfEndpointsOfTheMeshAndOfObjectsAreFound() {
    assertThat(ALL.stream().map(Class::getSimpleName))
        .contains(
            "Beat",
            "Alive",
            "WeftError",
            "ObjectRequest",
            "ObjectReply",
            "DueAlarm",
            "SearchResult",
            "Hit",
            "SignedIdentity",
            "Identity",
            "HealthReport",
            "Check");
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aMessageWithAFieldMoreInEachOfItsObjectsIsRead(Class<?> type) {
    assertThat(read(type, Samples.of(type, true))).isEqualTo(read(type, Samples.of(type, false)));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aMessageWithAnyOptionalFieldLessIsReadAndTheOthersAreKept(Class<?> type) {
    ObjectNode bare = Samples.of(type, false);
    for (RecordComponent component : type.getRecordComponents()) {
      if (!Samples.isOptional(component)) {
        continue;
      }
      String name = Samples.name(component);
      bare.remove(name);
      ObjectNode less = Samples.of(type, false);
      less.remove(name);
      ObjectNode without = (ObjectNode) read(type, less);
      ObjectNode withNull = (ObjectNode) read(type, less.deepCopy().set(name, null));
      ObjectNode expected = (ObjectNode) read(type, Samples.of(type, false));
      for (ObjectNode node : new ObjectNode[] {without, withNull, expected}) {
        node.remove(name);
      }
      assertThat(without).as("without " + name).isEqualTo(expected);
      assertThat(withNull).as("with " + name + " null").isEqualTo(expected);
    }
    assertThat(catchThrowable(() -> read(type, bare))).as("without all of them").isNull();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aConstantOfALaterVersionIsReadAsTheDefaultOrRefused(Class<?> type) {
    for (RecordComponent component : type.getRecordComponents()) {
      if (!component.getType().isEnum()) {
        continue;
      }
      ObjectNode later = Samples.of(type, false);
      later.put(Samples.name(component), "X_LATER");
      boolean hasDefault =
          Stream.of(component.getType().getFields())
              .anyMatch(constant -> constant.isAnnotationPresent(JsonEnumDefaultValue.class));
      // What is answered or announced must be readable; only a request may be refused.
      assertThat(hasDefault || type.getSimpleName().endsWith("Request"))
          .as(component.getType() + " needs a constant for what it does not know")
          .isTrue();
      Throwable fault = catchThrowable(() -> read(type, later));
      if (hasDefault) {
        assertThat(fault).isNull();
      } else {
        assertThat(fault).isInstanceOf(WeftException.class).hasMessageContaining("json:invalid");
      }
    }
  }

  /** What a node makes of the message, as JSON again. */
  private static JsonNode read(Class<?> type, JsonNode message) {
    Object value = Json.decode(Json.encodeBytes(message), type);
    return Json.mapper().valueToTree(value);
  }
}
