package dev.weft.testkit.upstream;

import java.util.ArrayList;
import java.util.List;

/** A stream that calls two tools in parallel, as providers send it. */
final class ToolChunks {

  private ToolChunks() {}

  static List<String> stream(String model, boolean usageAsked) {
    List<String> out = new ArrayList<>();
    out.add(Chunks.role(model, usageAsked));
    for (int call = 0; call < 2; call++) {
      out.add(
          delta(
              model,
              "{\"index\":"
                  + call
                  + ",\"id\":\"call_"
                  + call
                  + "\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}"));
      out.add(
          delta(
              model,
              "{\"index\":"
                  + call
                  + ",\"function\":{\"arguments\":\"{\\\"city\\\":\\\"Oslo\\\"}\"}}"));
    }
    out.add(Chunks.finish(model, "tool_calls", usageAsked));
    if (usageAsked) {
      out.add(Chunks.usage(model, 12));
    }
    out.add(Chunks.DONE);
    return out;
  }

  private static String delta(String model, String call) {
    String event = Chunks.content(model, "", false);
    return event.replace("\"content\":\"\"", "\"tool_calls\":[" + call + "]");
  }
}
