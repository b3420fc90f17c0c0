package dev.weft.all.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where the command line talks to a person: data goes to {@code out}, everything else to {@code
 * err}. Thread-safe.
 *
 * @param out standard output
 * @param err standard error
 * @param messages texts in the person's language
 * @param colour whether to colour
 */
public record Terminal(PrintStream out, PrintStream err, Messages messages, boolean colour) {

  private static final String CHINESE = "\u4e2d\u6587";

  /** The terminal of this process. */
  public static Terminal ofProcess() {
    Map<String, String> environment = System.getenv();
    Charset charset = charset(System.getProperty("stdout.encoding", ""));
    return new Terminal(
        printer(FileDescriptor.out, charset),
        printer(FileDescriptor.err, charset),
        Messages.of(environment),
        colour(environment));
  }

  /**
   * What to write in. Where the locale says nothing, or only ASCII, UTF-8 is what terminals, files
   * and logs expect; one that says otherwise is believed when it has the letters we need.
   *
   * @param encoding what Java made of the locale
   */
  static Charset charset(String encoding) {
    try {
      Charset said = Charset.forName(encoding);
      return said.newEncoder().canEncode(CHINESE) ? said : StandardCharsets.UTF_8;
    } catch (IllegalArgumentException unknown) {
      return StandardCharsets.UTF_8;
    }
  }

  private static PrintStream printer(FileDescriptor descriptor, Charset charset) {
    return new PrintStream(new FileOutputStream(descriptor), true, charset);
  }

  private static boolean colour(Map<String, String> environment) {
    if (set(environment, "NO_COLOR") || "dumb".equals(environment.get("TERM"))) {
      return false;
    }
    if (set(environment, "CLICOLOR_FORCE")) {
      return true;
    }
    java.io.Console console = System.console();
    return console != null && console.isTerminal();
  }

  private static boolean set(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value != null && !value.isEmpty() && !value.equals("0");
  }

  public String bold(String text) {
    return style("1", text);
  }

  public String dim(String text) {
    return style("2", text);
  }

  public String green(String text) {
    return style("32", text);
  }

  public String yellow(String text) {
    return style("33", text);
  }

  public String red(String text) {
    return style("31", text);
  }

  /** Text in one of six colours that are told apart on dark and light ground. */
  public String hue(int number, String text) {
    return style(String.valueOf(31 + Math.floorMod(number + 5, 6)), text);
  }

  private String style(String code, String text) {
    return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  /** A line of information, on standard error. */
  public void info(String key, Object... arguments) {
    err.println(messages.text(key, arguments));
  }

  /** What went wrong, on standard error. */
  public void error(String text) {
    err.println(red(messages.text("error")) + " " + text);
  }
}
