package dev.weft.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.history.Operation.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A history as JSON lines: an operation when it is sent (outcome UNKNOWN), and once more when it
 * ends. Of several lines with one id the last counts, so that a process may be killed at any point.
 */
final class HistoryFile<I, O> implements AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Class<I> inputs;
  private final Class<O> outputs;
  private final OutputStream out;

  HistoryFile(Path file, Class<I> inputs, Class<O> outputs) throws IOException {
    this.inputs = inputs;
    this.outputs = outputs;
    // Unbuffered: what was written survives the process, though not the machine.
    this.out =
        Files.newOutputStream(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }

  /** One write call a line, so that lines of threads do not mix. */
  void append(Operation<I, O> operation) throws IOException {
    ObjectNode line = JSON.createObjectNode();
    line.put("id", operation.id());
    line.put("object", operation.object());
    line.put("invoked", operation.invoked());
    line.put("returned", operation.returned());
    line.put("outcome", operation.outcome().name());
    // With the declared type, so that the annotations of a sealed interface are seen.
    line.set("input", tree(inputs, operation.input()));
    O output = operation.output();
    if (output != null) {
      line.set("output", tree(outputs, output));
    }
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    synchronized (out) {
      out.write(bytes);
    }
  }

  private static <T> JsonNode tree(Class<T> type, T value) throws IOException {
    return JSON.readTree(JSON.writerFor(type).writeValueAsBytes(value));
  }

  static <I, O> Collection<Operation<I, O>> read(Path file, Class<I> inputs, Class<O> outputs)
      throws IOException {
    Map<String, Operation<I, O>> operations = new LinkedHashMap<>();
    String text = Files.readString(file);
    int start = 0;
    for (int end; (end = text.indexOf('\n', start)) >= 0; start = end + 1) {
      Operation<I, O> operation = parse(text.substring(start, end), inputs, outputs);
      operations.put(operation.id(), operation);
    }
    // What follows the last line feed was cut off by the end of the process. The line was to be
    // written before its call was sent, or its answer was not yet used: leaving it out is right.
    return operations.values();
  }

  private static <I, O> Operation<I, O> parse(String text, Class<I> inputs, Class<O> outputs)
      throws JsonProcessingException {
    JsonNode line = JSON.readTree(text);
    JsonNode output = line.get("output");
    return new Operation<>(
        line.path("id").asText(),
        line.path("object").asText(),
        JSON.treeToValue(line.path("input"), inputs),
        line.path("invoked").asLong(),
        line.path("returned").asLong(),
        Outcome.valueOf(line.path("outcome").asText()),
        output == null ? null : JSON.treeToValue(output, outputs));
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
