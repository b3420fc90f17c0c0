package dev.weft.rag.embed;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Memory outside the heap. */
final class NativeMemory {

  private static final Logger log = LoggerFactory.getLogger(NativeMemory.class);

  /**
   * Gives what native code has freed back to the operating system: glibc keeps it otherwise. Does
   * nothing where there is no {@code malloc_trim}.
   */
  static void trim() {
    Linker linker = Linker.nativeLinker();
    linker
        .defaultLookup()
        .find("malloc_trim")
        .ifPresent(
            address -> {
              MethodHandle trim =
                  linker.downcallHandle(
                      address, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
              try {
                int released = (int) trim.invokeExact(0L);
                log.atDebug().addKeyValue("released", released).log("Freed memory given back");
              } catch (Throwable e) {
                log.atWarn().setCause(e).log("Freed memory could not be given back");
              }
            });
  }

  private NativeMemory() {}
}
