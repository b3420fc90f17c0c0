package dev.weft.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list that only grows. An append answers the index of what it appended, or the whole list
 * afterwards; a read answers the list. Appended ids should be unique, or little can be told.
 */
public final class ListModel
    implements SequentialModel<ListModel.Items, ListModel.Input, ListModel.Output> {

  /** A call. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "call")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Append.class, name = "append"),
    @JsonSubTypes.Type(value = Read.class, name = "read")
  })
  public sealed interface Input {}

  public record Append(String id) implements Input {}

  public record Read() implements Input {}

  /** An answer. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "answer")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Index.class, name = "index"),
    @JsonSubTypes.Type(value = All.class, name = "all")
  })
  public sealed interface Output {}

  public record Index(int index) implements Output {}

  public record All(List<String> ids) implements Output {}

  @Override
  public Items initial() {
    return Items.NONE;
  }

  @Override
  public Items next(Items state, Input input) {
    return switch (input) {
      case Append(String id) -> state.plus(id);
      case Read() -> state;
    };
  }

  @Override
  public Output result(Items state, Input input) {
    return switch (input) {
      case Append(String id) -> new Index(state.size);
      case Read() -> new All(state.toList());
    };
  }

  @Override
  public boolean allows(Items state, Input input, Output seen) {
    return switch (seen) {
      case Index(int index) -> input instanceof Append && index == state.size;
      case All(List<String> ids) -> next(state, input).are(ids);
    };
  }

  /** An immutable list that shares its beginning with those it was made from. */
  public static final class Items {
    static final Items NONE = new Items(null, "", 0, 1);

    private final @Nullable Items before;
    private final String last;
    private final int size;
    private final int hash;

    private Items(@Nullable Items before, String last, int size, int hash) {
      this.before = before;
      this.last = last;
      this.size = size;
      this.hash = hash;
    }

    Items plus(String id) {
      return new Items(this, id, size + 1, 31 * hash + id.hashCode());
    }

    boolean are(List<String> ids) {
      if (size != ids.size()) {
        return false;
      }
      Items rest = this;
      for (Items next; (next = rest.before) != null; rest = next) {
        if (!rest.last.equals(ids.get(rest.size - 1))) {
          return false;
        }
      }
      return true;
    }

    List<String> toList() {
      Deque<String> ids = new ArrayDeque<>();
      Items rest = this;
      for (Items next; (next = rest.before) != null; rest = next) {
        ids.addFirst(rest.last);
      }
      return new ArrayList<>(ids);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      if (!(other instanceof Items items) || items.size != size || items.hash != hash) {
        return false;
      }
      Items mine = this;
      Items theirs = items;
      while (mine != theirs && mine.before != null && theirs.before != null) {
        if (!mine.last.equals(theirs.last)) {
          return false;
        }
        mine = mine.before;
        theirs = theirs.before;
      }
      return true;
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public String toString() {
      List<String> ids = toList();
      int from = Math.max(0, size - 8);
      return size + " items " + (from > 0 ? "… " : "") + ids.subList(from, size);
    }
  }
}
