package dev.weft.chat;

import dev.weft.chat.conversation.ConversationStore;
import dev.weft.chat.prepare.Prepared;
import dev.weft.chat.provider.AnswerEnd;
import dev.weft.chat.wire.AnswerRecorder;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what was asked and answered in the conversation: the whole answer before the client learns
 * that it ended, a partial one as such, and nothing when there is none.
 */
final class AnswerKeeper implements AnswerEnd {

  private static final Logger log = LoggerFactory.getLogger(AnswerKeeper.class);

  /** For a database that does not answer; what is to be done is done all the same. */
  private static final long LONGEST_WAIT_MILLIS = 1_000;

  private final ConversationStore.Lease lease;
  private final List<ConversationStore.Item> asked;
  private final AnswerRecorder recorder;

  private AnswerKeeper(
      ConversationStore.Lease lease, List<ConversationStore.Item> asked, AnswerRecorder recorder) {
    this.lease = lease;
    this.asked = asked;
    this.recorder = recorder;
  }

  /** What belongs to the end of a prepared request's answer. */
  static AnswerEnd of(Prepared prepared, AnswerRecorder recorder) {
    ConversationStore.Lease lease = prepared.lease();
    return lease == null ? AnswerEnd.NOTHING : new AnswerKeeper(lease, prepared.asked(), recorder);
  }

  @Override
  public Future<Void> complete() {
    return lease.finish(items(true));
  }

  @Override
  public Future<Void> broken() {
    Future<Void> done = recorder.isEmpty(false) ? lease.release() : lease.finish(items(false));
    return done.onFailure(
            failure ->
                log.atWarn().log("A partial answer could not be kept: {}", failure.getMessage()))
        .timeout(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty();
  }

  private List<ConversationStore.Item> items(boolean complete) {
    List<ConversationStore.Item> items = new ArrayList<>(asked);
    items.add(
        new ConversationStore.Item(
            "assistant", complete && !recorder.cut(), recorder.message(complete)));
    return items;
  }
}
