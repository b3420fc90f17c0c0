package dev.weft.durable.internal.instance;

import dev.weft.contracts.WeftException;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.internal.ObjectErrors;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The making of an instance: migrations, then the factory. */
final class ConstructEvent extends OwnEvent {
  private final ObjectClass<?> objectClass;
  private final int storedVersion;
  private final Body body;
  private final Supplier<ObjectContext> context;
  private final Consumer<Object> made;
  private final Consumer<WeftException> notMade;

  /**
   * @param storedVersion class version of the stored state; 0 when nothing was ever committed
   * @param context what the object is given; asked for within the turn
   * @param made takes what the factory made
   * @param notMade takes what it threw instead
   */
  ConstructEvent(
      ObjectClass<?> objectClass,
      int storedVersion,
      Body body,
      Supplier<ObjectContext> context,
      Consumer<Object> made,
      Consumer<WeftException> notMade) {
    this.objectClass = objectClass;
    this.storedVersion = storedVersion;
    this.body = body;
    this.context = context;
    this.made = made;
    this.notMade = notMade;
  }

  @Override
  public String what() {
    return "constructor";
  }

  @Override
  public void run(Turn turn) throws Exception {
    ObjectContext api = context.get();
    int from = storedVersion == 0 ? objectClass.version() : storedVersion;
    for (int version = from; version < objectClass.version(); version++) {
      objectClass.migrations().get(version - 1).migrate(api.storage());
    }
    if (storedVersion != objectClass.version() && storedVersion != 0) {
      body.memory().writes().version(objectClass.version());
    }
    body.commits().firstVersion(storedVersion == 0 ? objectClass.version() : 0);
    Object object = objectClass.factory().create(api);
    body.memory().alarms().made();
    made.accept(object);
  }

  @Override
  public void failed(Turn turn, Throwable failure) {
    // Nothing it wrote is sealed: all of it is forgotten with the instance.
    WeftException why =
        failure instanceof WeftException own
            ? own
            : ObjectErrors.threw(turn.object().id(), what(), failure);
    notMade.accept(why);
    turn.object().endAsSent(why);
  }
}
