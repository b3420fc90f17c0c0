package dev.weft.durable.internal;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.values.ValueCodec;
import org.jspecify.annotations.Nullable;

/** The objects' own errors. */
public final class ObjectErrors {

  /** Code: the node that was asked does not own the object. The stub goes elsewhere. */
  public static final String OWNER_UNAVAILABLE = "object:owner.unavailable";

  /** Code: the instance was lost. */
  public static final String RESET = "object:reset.unavailable";

  /** Code: a call came before the one made before it. The stub sends both again. */
  public static final String OUT_OF_ORDER = "object:order.unavailable";

  /** Code: a fault of the object's own code. */
  public static final String INTERNAL = "object:internal";

  private static final String ABORTED = "object:aborted.unavailable";
  private static final String TURN_TIMEOUT = "object:turn.timeout";

  /** Detail: id of the node that owns the object. */
  public static final String OWNER = "owner";

  /** Detail: code of the failure after which a call was tried again, until its time was over. */
  public static final String LAST = "last";

  /** Code: no node hosts objects of that namespace now. */
  public static final String NOT_HOSTED = "object:namespace.unavailable";

  /** Characters of what was thrown that a message repeats; the detail has them all. */
  private static final int MAX_TEXT = 200;

  /** The disk of the database has no room. */
  public static final String STORAGE_FULL = "object:storage.full.unavailable";

  /** Detail: how often the object could not be made, one time after the other. */
  public static final String FAILURES = "failures";

  /** Detail: milliseconds until it is tried again. */
  public static final String RETRY_MILLIS = "retryMillis";

  /** Detail: which object. */
  public static final String OBJECT = "object";

  /** Detail: class of what a method threw. */
  public static final String ERROR_CLASS = "errorClass";

  /** Detail: text of what a method threw. */
  public static final String ERROR_TEXT = "errorText";

  public static WeftException moved(ObjectId id, @Nullable String ownerNode) {
    WeftError error =
        WeftError.of("object:owner", Reason.UNAVAILABLE, id + " is owned by another node.");
    return (ownerNode == null ? error : error.withDetail(OWNER, ownerNode)).exception();
  }

  /** The node to ask instead, if the error names one. */
  public static @Nullable String owner(WeftError error) {
    return error.details().get(OWNER) instanceof String owner ? owner : null;
  }

  public static WeftException reset(ObjectId id, String why, Outcome outcome) {
    return WeftError.of("object:reset", Reason.UNAVAILABLE, "The instance of " + id + " " + why)
        .withOutcome(outcome)
        .exception();
  }

  public static WeftException aborted(ObjectId id, String reason, Outcome outcome) {
    return WeftError.of("object:aborted", Reason.UNAVAILABLE, id + " was aborted: " + reason)
        .withRetryable(false)
        .withOutcome(outcome)
        .exception();
  }

  public static WeftException outOfOrder(ObjectId id) {
    return WeftError.of(
            "object:order", Reason.UNAVAILABLE, "An earlier call to " + id + " is still missing.")
        .exception();
  }

  public static WeftException overloaded(ObjectId id, int queued) {
    return WeftError.of(
            "object:mailbox",
            Reason.OVERLOADED,
            id + " has " + queued + " calls waiting: it gets more than it can work off.")
        .exception();
  }

  public static WeftException watcherOverloaded(ObjectId id) {
    return WeftError.of(
            "object:watcher", Reason.OVERLOADED, "This watcher of " + id + " reads too slowly.")
        .exception();
  }

  /** Detail: a sequence after which a watcher may go on. */
  public static final String RESUME = WeftError.RESUME;

  /**
   * Items that a watcher was to get are not kept.
   *
   * @param after the last one it has had
   * @param resume after which it may go on; null when that is not known
   */
  public static WeftException itemsGone(ObjectId id, long after, @Nullable Long resume) {
    WeftError error =
        WeftError.of(
                "object:items",
                Reason.NOT_FOUND,
                "Items of "
                    + id
                    + " after "
                    + after
                    + " are not kept"
                    + (resume == null ? "." : ": go on after " + resume + "."))
            .withDetail("after", after);
    return (resume == null ? error : error.withDetail(RESUME, resume)).exception();
  }

  /** A watcher reads too slowly what nobody keeps. */
  public static WeftException watcherBehind(ObjectId id, long resume) {
    return watcherOverloaded(id).error().withDetail(RESUME, resume).exception();
  }

  public static WeftException badTicket(ObjectId id) {
    return WeftError.of(
            "object:ticket", Reason.DENIED, "This node has no ticket for that topic of " + id + ".")
        .exception();
  }

  public static WeftException badTopic(String why) {
    return WeftError.of("object:topic", Reason.INVALID, why).exception();
  }

  public static WeftException tooManyWatchers(String what, int most) {
    return WeftError.of("object:watcher", Reason.OVERLOADED, "More than " + most + " " + what + ".")
        .exception();
  }

  public static WeftException reentrant(ObjectId id) {
    return WeftError.of(
            "object:reentrancy",
            Reason.CONFLICT,
            id + " was called by a call that it is itself waiting for.")
        .exception();
  }

  public static WeftException timeout(ObjectId id, String what, Outcome outcome) {
    return WeftError.of("object:turn", Reason.TIMEOUT, what + " of " + id + " took too long.")
        .withOutcome(outcome)
        .exception();
  }

  public static WeftException expired(ObjectId id) {
    return WeftError.of(
            "object:turn", Reason.TIMEOUT, "The call's time was over before " + id + " began it.")
        .exception();
  }

  /** Whether a turn was cut short by its own class: by an abort, or because it took too long. */
  public static boolean brokeOff(WeftError error) {
    return error.outcome() == Outcome.UNKNOWN
        && (error.code().equals(ABORTED) || error.code().equals(TURN_TIMEOUT));
  }

  public static WeftException noMethod(String namespace, String method) {
    return WeftError.of(
            "object:method",
            Reason.NOT_FOUND,
            namespace + " has no method '" + brief(method) + "'.")
        .exception();
  }

  public static WeftException badArguments(String namespace, String method, String why) {
    return WeftError.of("object:request", Reason.INVALID, namespace + "." + method + ": " + why)
        .exception();
  }

  /** A method that is to be watched answers once. */
  public static WeftException noFeed(String namespace, String method) {
    return WeftError.of(
            "object:method",
            Reason.NOT_FOUND,
            namespace
                + " has no topic '"
                + brief(method)
                + "': the method of that name answers once.")
        .exception();
  }

  public static WeftException watcherLeft() {
    return WeftError.of("object:watcher", Reason.CANCELLED, "The watcher left.").exception();
  }

  public static WeftException badArgument(String namespace, String method, ValueCodec.Unkept why) {
    WeftError error =
        badArguments(namespace, method, "an argument would not arrive equal: " + why.getMessage())
            .error();
    return error.withDetail(WeftError.PARAM, why.path()).exception();
  }

  public static WeftException interrupted(ObjectId id, String method) {
    return WeftError.of(
            "object:call",
            Reason.CANCELLED,
            "The thread that waited for " + method + " of " + id + " was interrupted.")
        .withOutcome(Outcome.UNKNOWN)
        .exception();
  }

  public static WeftException otherRequest(ObjectId id, String method) {
    return WeftError.of(
            "object:request",
            Reason.CONFLICT,
            "A request of this id was made to "
                + id
                + " before, with another method than "
                + method
                + " or other arguments: an id is for one request.")
        .exception();
  }

  public static WeftException crossing(ObjectId id) {
    return WeftError.of(
            "object:crossing",
            Reason.CONFLICT,
            id
                + " lets nobody in while it waits for an object that calls it and does the same:"
                + " one of two that cross has to give way.")
        .withRetryable(true)
        .exception();
  }

  /** The object cannot be made, and it is not the time to try again. */
  public static WeftException notMade(WeftException why, int failures, long millis) {
    return why.error()
        .withOutcome(Outcome.NOT_EXECUTED)
        .withDetail(FAILURES, failures)
        .withDetail(RETRY_MILLIS, millis)
        .exception();
  }

  public static WeftException badId(String message) {
    return WeftError.of("object:id", Reason.INVALID, message).exception();
  }

  public static WeftException badQuestion(String why) {
    return WeftError.of("object:request", Reason.INVALID, why).exception();
  }

  public static WeftException noObject(ObjectId id) {
    return WeftError.of("object:id", Reason.NOT_FOUND, "There is no object " + id + ".")
        .exception();
  }

  public static WeftException tooNew(ObjectId id, int version) {
    return WeftError.of(
            "object:version",
            Reason.CONFLICT,
            id
                + " was written by version "
                + version
                + " of its class, which this node does not have yet: update it.")
        .exception();
  }

  public static WeftException storageUnavailable(ObjectId id, Throwable cause) {
    return WeftError.of(
            "object:storage", Reason.UNAVAILABLE, "The storage of " + id + " cannot be read now.")
        .exception(cause);
  }

  /** What a method threw, unless it is an error meant for the caller. */
  public static WeftException threw(ObjectId id, String method, Throwable failure) {
    String text = String.valueOf(failure.getMessage());
    return WeftError.of(
            "object",
            Reason.INTERNAL,
            method
                + " of "
                + id
                + " threw "
                + failure.getClass().getSimpleName()
                + ": "
                + brief(text))
        .withOutcome(Outcome.EXECUTED)
        .withDetail(OBJECT, id.namespace() + ":" + id.hex())
        .withDetail(ERROR_CLASS, failure.getClass().getName())
        .withDetail(ERROR_TEXT, text)
        .exception(failure);
  }

  private static String brief(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }

  public static WeftException stopped() {
    return stopped(Outcome.NOT_EXECUTED);
  }

  /** This node takes no part any more; the call may have been made before. */
  public static WeftException stopped(Outcome outcome) {
    return WeftError.of(
            "object:node", Reason.UNAVAILABLE, "This node is stopping and makes no more calls.")
        .withOutcome(outcome)
        .exception();
  }

  /** Nobody answered as long as the call waited. */
  public static WeftException notHosted(String namespace) {
    return WeftError.of(
            "object:namespace",
            Reason.UNAVAILABLE,
            "No node hosts the namespace " + namespace + ".")
        .exception();
  }

  /**
   * Of a namespace that is not public nothing is said that is not said of one that is not there.
   */
  public static WeftException notPublic(String namespace) {
    return WeftError.of(
            "object:namespace",
            Reason.NOT_FOUND,
            "There is no public namespace '" + brief(namespace) + "'.")
        .exception();
  }

  /** The caller's tenant has no object of that name. */
  public static WeftException notOfTenant() {
    return WeftError.of(
            "object:id", Reason.DENIED, "The object does not belong to the caller's tenant.")
        .exception();
  }

  /** The caller lacks what the namespace asks for. */
  public static WeftException scopeMissing(String namespace, String scope) {
    return WeftError.of(
            "mesh:scope",
            Reason.DENIED,
            "The namespace " + namespace + " needs the scope '" + scope + "'.")
        .exception();
  }

  /** What a method threw, without what is for the program's own people. */
  public static WeftException threwOutside(WeftError error, String method) {
    return WeftError.of(
            "object",
            Reason.INTERNAL,
            "The method " + method + " failed; the log of its program says how.")
        .withOutcome(error.outcome())
        .exception();
  }

  /** The time was over while a call was made again and again. */
  public static WeftException late(WeftError timeout, WeftError last) {
    return new WeftError(
            timeout.code(),
            timeout.message() + " It was tried again after: " + last.message(),
            timeout.retryable(),
            timeout.outcome(),
            timeout.details())
        .withDetail(LAST, last.code())
        .exception();
  }

  public static WeftException keyTooLarge(int bytes, int limit) {
    return WeftError.of(
            "object:key",
            Reason.TOO_LARGE,
            "A key of " + bytes + " bytes is longer than " + limit + ".")
        .exception();
  }

  public static WeftException badKey(String why) {
    return WeftError.of("object:key", Reason.INVALID, why).exception();
  }

  public static WeftException valueTooLarge(String key, int bytes, int limit) {
    return WeftError.of(
            "object:value",
            Reason.TOO_LARGE,
            "The value of '"
                + key
                + "' has "
                + bytes
                + " bytes, more than "
                + limit
                + ": keep it in pieces.")
        .exception();
  }

  public static WeftException badValue(String key, String why) {
    return WeftError.of("object:value", Reason.INVALID, "The value of '" + key + "': " + why)
        .exception();
  }

  /**
   * @param param where in the value; empty for the value itself
   */
  public static WeftException badValue(String key, String why, String param) {
    WeftException whole = badValue(key, why);
    return param.isEmpty() ? whole : whole.error().withDetail(WeftError.PARAM, param).exception();
  }

  public static WeftException turnTooLarge(int limit) {
    return WeftError.of(
            "object:turn",
            Reason.TOO_LARGE,
            "More than " + limit + " bytes were written without a pause: call sync in between.")
        .exception();
  }

  public static WeftException listTooLarge(int limit) {
    return WeftError.of(
            "object:list",
            Reason.TOO_LARGE,
            "The range holds more than " + limit + " bytes: list it in parts, with a limit.")
        .exception();
  }

  public static WeftException recordTooLarge(String projection, int bytes, int limit) {
    return WeftError.of(
            "object:record",
            Reason.TOO_LARGE,
            "A record for "
                + projection
                + " has "
                + bytes
                + " bytes, more than "
                + limit
                + ": record what has changed, and where the rest is.")
        .exception();
  }

  public static WeftException badRecord(String projection, String why) {
    return WeftError.of("object:record", Reason.INVALID, "A record for " + projection + ": " + why)
        .exception();
  }

  public static WeftException outboxTooLarge(String projection, int limit) {
    return WeftError.of(
            "object:outbox",
            Reason.TOO_LARGE,
            "More than "
                + limit
                + " records were added without a pause, the last for "
                + projection
                + ": call sync in between.")
        .exception();
  }

  public static WeftException badExpiry(String why) {
    return WeftError.of("object:expiry", Reason.INVALID, why).exception();
  }

  public static WeftException badAlarm(String why) {
    return WeftError.of("object:alarm", Reason.INVALID, why).exception();
  }

  private ObjectErrors() {}
}
