package dev.weft.all.terminal;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;

/** Texts for people, in English and Chinese. */
public final class Messages {
  private static final String BUNDLE = "dev.weft.all.messages";

  private final ResourceBundle bundle;

  private Messages(ResourceBundle bundle) {
    this.bundle = bundle;
  }

  /** Texts in the language that the first set of WEFT_LANG, LC_ALL, LC_MESSAGES and LANG names. */
  public static Messages of(Map<String, String> environment) {
    for (String name : new String[] {"WEFT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"}) {
      String value = environment.get(name);
      if (value != null && !value.isBlank()) {
        return in(value.startsWith("zh") ? Locale.CHINESE : Locale.ROOT);
      }
    }
    return in(Locale.ROOT);
  }

  /** Texts in Chinese, or for any other language in English. */
  public static Messages in(Locale language) {
    Locale known = language.getLanguage().equals("zh") ? Locale.CHINESE : Locale.ROOT;
    return new Messages(
        ResourceBundle.getBundle(
            BUNDLE,
            known,
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES)));
  }

  /** The text of a key, with {0}, {1}, … filled in. Numbers are shown without grouping. */
  public String text(String key, Object... arguments) {
    String pattern = bundle.getString(key);
    if (arguments.length == 0) {
      return pattern;
    }
    Object[] shown = new Object[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      shown[i] = String.valueOf(arguments[i]);
    }
    return new MessageFormat(pattern.replace("'", "''"), Locale.ROOT).format(shown);
  }

  /** What others said, for a terminal: on one line, without commands to it. */
  public static String onOneLine(String text) {
    return text.replaceAll("\\s+", " ").replaceAll("\\p{Cntrl}", "?");
  }

  /** The bundle itself, for the help texts of the command line. */
  public ResourceBundle bundle() {
    return bundle;
  }
}
