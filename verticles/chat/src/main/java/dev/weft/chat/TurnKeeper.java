package dev.weft.chat;

import dev.weft.chat.conversation.ConversationStore;
import dev.weft.chat.prepare.Prepared;
import dev.weft.chat.provider.AnswerEnd;
import dev.weft.chat.wire.AnswerRecorder;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what was asked and answered in the conversation: the whole answer before the client learns
 * that it ended, a partial one as such, and nothing of a turn without an answer.
 */
final class TurnKeeper implements AnswerEnd {

  private static final Logger log = LoggerFactory.getLogger(TurnKeeper.class);

  private final ConversationStore.Turn turn;
  private final List<ConversationStore.Item> asked;
  private final AnswerRecorder recorder;

  private TurnKeeper(
      ConversationStore.Turn turn, List<ConversationStore.Item> asked, AnswerRecorder recorder) {
    this.turn = turn;
    this.asked = asked;
    this.recorder = recorder;
  }

  /** What belongs to the end of a prepared request's answer. */
  static AnswerEnd of(Prepared prepared, AnswerRecorder recorder) {
    ConversationStore.Turn turn = prepared.turn();
    return turn == null ? AnswerEnd.NOTHING : new TurnKeeper(turn, prepared.asked(), recorder);
  }

  @Override
  public Future<Void> complete() {
    return turn.finish(items(true));
  }

  @Override
  public void broken() {
    Future<Void> done = recorder.isEmpty() ? turn.release() : turn.finish(items(false));
    done.onFailure(
        failure -> log.atWarn().setCause(failure).log("A partial answer could not be kept."));
  }

  private List<ConversationStore.Item> items(boolean complete) {
    List<ConversationStore.Item> items = new ArrayList<>(asked);
    items.add(
        new ConversationStore.Item(
            "assistant", complete && !recorder.cut(), recorder.message(complete)));
    return items;
  }
}
