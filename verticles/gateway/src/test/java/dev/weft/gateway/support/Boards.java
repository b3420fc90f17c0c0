package dev.weft.gateway.support;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.Feed;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.ObjectLimits;
import dev.weft.durable.Retention;
import dev.weft.durable.Topic;
import dev.weft.testkit.node.HostingService;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A service that hosts public objects with topics. Idle instances go after half a second. */
public final class Boards {

  /** What its objects can do. */
  public interface Board {
    void post(String text);

    /** Posts so many texts of so many characters. */
    void flood(int count, int length);

    void whisper(String text);

    void finish();

    Feed<Post> posts();

    Feed<String> whispers();

    Feed<Post> postsFor(Reader reader);
  }

  /** A text on a board. */
  public record Post(String text) {}

  /** Who reads. */
  public record Reader(String name, @Nullable Integer age) {}

  public static final Namespace<Board> PUBLIC = Namespace.of("board", Board.class).asPublic();
  public static final Namespace<Board> SCOPED =
      Namespace.of("closedBoard", Board.class).withScope("rag:write").asPublic();
  public static final Namespace<Board> PRIVATE = Namespace.of("ownBoard", Board.class);

  /** The service. */
  public static HostingService service() {
    ObjectLimits limits = ObjectLimits.DEFAULT.withIdle(Duration.ofMillis(500));
    return HostingService.of(
        "boards",
        ObjectClass.of(PUBLIC, BoardObject::new).withLimits(limits),
        ObjectClass.of(SCOPED, BoardObject::new),
        ObjectClass.of(PRIVATE, BoardObject::new));
  }

  private static final class BoardObject implements Board {
    private final Topic<Post> posts;
    private final Topic<String> whispers;

    BoardObject(ObjectContext context) {
      posts = context.topic("kept", Post.class, Retention.items(200).withBytes(32 << 20));
      whispers = context.topic("said", String.class);
    }

    @Override
    public void post(String text) {
      posts.publish(new Post(text));
    }

    @Override
    public void flood(int count, int length) {
      for (int i = 0; i < count; i++) {
        posts.publish(new Post("x".repeat(length)));
      }
    }

    @Override
    public void whisper(String text) {
      whispers.publish(text);
    }

    @Override
    public void finish() {
      posts.end();
    }

    @Override
    public Feed<Post> posts() {
      return posts;
    }

    @Override
    public Feed<String> whispers() {
      return whispers;
    }

    @Override
    public Feed<Post> postsFor(Reader reader) {
      if (reader.name().equals("thief")) {
        throw WeftError.of("shop:board", Reason.DENIED, "Not for you.").exception();
      }
      return posts;
    }
  }

  private Boards() {}
}
