package dev.weft.node;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.util.jar.JarFile;

/**
 * What a fat jar begins with: says what is missing where the program itself could not even be
 * loaded, else hands over to it. The only class that is compiled for Java 8.
 */
public final class Launcher {
  private static final int NEEDED = 25;

  /** The attribute of the jar's manifest that names the program. */
  private static final String PROGRAM = "Weft-Main";

  /** What Java makes of a letter that the locale's encoding does not have. */
  private static final char UNREADABLE = '\ufffd';

  public static void main(String[] args) throws Throwable {
    int found = major(System.getProperty("java.specification.version", "1.8"));
    if (found < NEEDED) {
      System.err.println(
          "Weft needs Java "
              + NEEDED
              + " or newer; this is Java "
              + found
              + " ("
              + System.getProperty("java.home")
              + "). Install one and start it by its full path, or let scripts/weft find it.");
      System.exit(1);
    }
    if (isUnreadable(args)) {
      System.err.println(
          "This locale knows no letters beyond ASCII, and the current folder or an argument has"
              + " some. Set LC_ALL=C.UTF-8 (or another UTF-8 locale) and start again.");
      System.exit(2);
    }
    try {
      Class.forName(program()).getMethod("main", String[].class).invoke(null, (Object) args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** 8 for {@code 1.8}, 17 for {@code 17}. */
  private static int major(String version) {
    String number = version.startsWith("1.") ? version.substring(2) : version;
    return Integer.parseInt(number.replaceFirst("[^0-9].*", ""));
  }

  private static boolean isUnreadable(String[] args) {
    if (System.getProperty("user.dir", "").indexOf(UNREADABLE) >= 0) {
      return true;
    }
    for (String argument : args) {
      if (argument.indexOf(UNREADABLE) >= 0) {
        return true;
      }
    }
    return false;
  }

  private static String program() throws Exception {
    File jar = new File(Launcher.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JarFile file = new JarFile(jar)) {
      return file.getManifest().getMainAttributes().getValue(PROGRAM);
    }
  }

  private Launcher() {}
}
