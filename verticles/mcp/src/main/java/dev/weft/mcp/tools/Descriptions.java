package dev.weft.mcp.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Objects;

/** What tools say of themselves, in files beside this class. */
final class Descriptions {

  /** The description of the tool of a name. */
  static ObjectNode of(String tool) {
    try (InputStream file =
        Objects.requireNonNull(Descriptions.class.getResourceAsStream(tool + ".json"))) {
      return (ObjectNode) Json.mapper().readTree(file);
    } catch (IOException e) {
      throw new UncheckedIOException("the description of " + tool + " cannot be read", e);
    }
  }

  /** Refuses arguments that the description does not have, by name. */
  static void requireKnown(ObjectNode description, ObjectNode arguments) throws ToolFailure {
    ObjectNode known = (ObjectNode) description.at("/inputSchema/properties");
    for (Iterator<String> names = arguments.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.has(name)) {
        String all = String.join(", ", (Iterable<String>) known::fieldNames);
        throw new ToolFailure(
            "There is no argument '"
                + shortened(name)
                + "'; "
                + (all.isEmpty() ? "there are none." : "there are: " + all + "."));
      }
    }
  }

  private static String shortened(String name) {
    return name.length() <= 100 ? name : name.substring(0, 100) + "…";
  }

  private Descriptions() {}
}
