package dev.weft.durable;

import com.fasterxml.jackson.core.type.TypeReference;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What an object keeps: values by key, in the order of their UTF-8 bytes. Values are written as
 * JSON ({@code byte[]} as it is) and copied: changing one after {@link #put} or {@link #get}
 * changes nothing stored. A type with parameters is named by a token: {@code new
 * TypeReference<List<Item>>() {}}.
 *
 * <p>What {@link #put} takes comes back equal when it is read as the type it has: null components
 * and entries, the order of sets and maps, the zone of a time, the case of a sealed type. Anything
 * else is refused at once, with its place: a {@code Long} in an {@code Object}, a null {@code
 * Optional}, a field that JSON does not carry. A record says what it lets be null by {@code
 * NullMarked} and {@code Nullable}; one that says nothing may hold nulls.
 *
 * <p>Writing only notes the change in memory, at once seen by every later read of the object. What
 * a turn wrote, up to its end or to the point where it waits for something outside, is committed as
 * one: all of it or nothing, in the order of the turns. Nobody outside learns of a write before it
 * is durable (see {@link ObjectContext}), so there is no need to wait; {@link #sync} does all the
 * same. Reading may have to wait for the database; meanwhile no other event enters the object.
 *
 * <p>Limits: a key of 2,048 bytes, a value of 2 MiB, 16 MiB written by one uninterrupted stretch of
 * a turn. Errors: {@code object:key.too_large}, {@code object:key.invalid} (half a surrogate pair),
 * {@code object:value.too_large}, {@code object:value.invalid} (it would not come back equal;
 * detail {@code param} says where), {@code object:turn.too_large}, {@code object:list.too_large} (a
 * list of more than 64 MiB), {@code object:storage.unavailable} (the database cannot be read now).
 * An error leaves what was written before as it is.
 *
 * <p>For the threads of the object's own turns only.
 */
public interface Storage {

  /** Longest key, in bytes of UTF-8. */
  int MAX_KEY_BYTES = 2_048;

  /** Largest value, in bytes as stored. */
  int MAX_VALUE_BYTES = 2 * 1_024 * 1_024;

  /** Most that is written between two waits, keys and values together. */
  int MAX_TURN_BYTES = 16 * 1_024 * 1_024;

  /** The value of a key, if there is one. */
  <T> Optional<T> get(String key, Class<T> type);

  /** The value of a key as a type with parameters, if there is one. */
  <T> Optional<T> get(String key, TypeReference<T> type);

  /** The value of a key, or the one given. */
  default <T> T get(String key, Class<T> type, T otherwise) {
    return get(key, type).orElse(otherwise);
  }

  /** The values of keys, those without one left out. One read for all. */
  <T> Map<String, T> get(Collection<String> keys, Class<T> type);

  /** The same as a type with parameters. */
  <T> Map<String, T> get(Collection<String> keys, TypeReference<T> type);

  /** Sets a value. */
  void put(String key, Object value);

  /**
   * Sets a value that expires so long from now, by the database's clock: from then on the key is
   * not there. Setting it again without a time takes that back, with one sets it anew.
   *
   * @throws dev.weft.contracts.WeftException {@code object:expiry.invalid} when it is no time after
   *     now
   */
  void put(String key, Object value, Duration timeToLive);

  /** Sets several; none when one of them is refused. */
  void put(Map<String, ?> values);

  /** Deletes a key; whether there was one. */
  boolean delete(String key);

  /** Deletes keys; how many there were. */
  int delete(Collection<String> keys);

  /** Keys and values of a range, in its order. */
  <T> SequencedMap<String, T> list(ListOptions range, Class<T> type);

  /** The same as a type with parameters. */
  <T> SequencedMap<String, T> list(ListOptions range, TypeReference<T> type);

  /** All keys and values. */
  default <T> SequencedMap<String, T> list(Class<T> type) {
    return list(ListOptions.all(), type);
  }

  /** Keys of a range, in its order, whatever their values are; these are not read. */
  List<String> keys(ListOptions range);

  /** Deletes everything, alarms too. */
  void deleteAll();

  /**
   * Runs the body so that no other event enters the object until it ends, and, when it throws,
   * undoes what the body wrote and nothing else. Transactions nest. Nothing the body wrote is
   * committed before the outermost ends: a call to the outside from within leaves before that, so
   * better make none. Two objects that call each other from within theirs would wait for ever: one
   * of them gets {@code object:crossing.conflict}. May be nested 64 deep, and may take as long as a
   * turn ({@link ObjectLimits#turn}), waits included.
   *
   * @return what the body returns
   * @throws X what the body throws
   */
  <T, X extends Exception> T transaction(Section<T, X> body) throws X;

  /** {@link #transaction(Section)} without a result. */
  default <X extends Exception> void transaction(Section.Action<X> body) throws X {
    Boolean ignored =
        this.<Boolean, X>transaction(
            () -> {
              body.run();
              return true;
            });
  }

  /** Waits until everything written so far is durable. Other events may enter meanwhile. */
  void sync();

  /** The object's alarms. */
  Alarms alarms();
}
