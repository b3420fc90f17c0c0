package dev.weft.chat.offline;

import dev.weft.chat.prepare.Message;
import dev.weft.chat.prepare.Passage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What there is to answer from.
 *
 * @param question what is asked; empty when nothing is
 * @param sentences what may be quoted: passages first, then messages from the newest back
 */
record Material(String question, List<Quotable> sentences) {

  private static final int MAX_QUESTION_CHARACTERS = 1_000;
  private static final int MAX_SENTENCES = 2_000;
  private static final int MIN_CHARACTERS = 4;
  private static final int MAX_CHARACTERS = 1_000;

  static Material of(List<Message> messages, List<Passage> passages) {
    int last = messages.size() - 1;
    while (last >= 0 && !messages.get(last).role().equals("user")) {
      last--;
    }
    List<String> asked = last < 0 ? List.of() : OfflineSentences.split(messages.get(last).text());
    List<String> questions = asked.stream().filter(OfflineSentences::asks).toList();
    Collector out = new Collector();
    for (Passage passage : passages) {
      OfflineSentences.split(passage.hit().text()).forEach(s -> out.add(s, passage.number()));
    }
    // Somebody who pastes a text and asks about it gives both in one message.
    if (!questions.isEmpty() && asked.size() > questions.size()) {
      asked.stream().filter(s -> !OfflineSentences.asks(s)).forEach(s -> out.add(s, 0));
    } else if (asked.size() > 2) {
      asked.subList(1, asked.size()).forEach(s -> out.add(s, 0));
    }
    for (int i = messages.size() - 1; i >= 0; i--) {
      Message message = messages.get(i);
      if (i != last && !Phrases.isOurs(message.text())) {
        OfflineSentences.split(message.text()).stream()
            .filter(s -> !OfflineSentences.asks(s))
            .forEach(s -> out.add(s, 0));
      }
    }
    return new Material(question(asked, questions), out.list);
  }

  private static String question(List<String> asked, List<String> questions) {
    String all = String.join(" ", questions.isEmpty() ? asked : questions);
    if (questions.isEmpty() && asked.size() > 2) {
      all = asked.getFirst();
    }
    if (all.length() <= MAX_QUESTION_CHARACTERS) {
      return all;
    }
    // People say what they want at the end of what they want it of.
    int from = all.length() - MAX_QUESTION_CHARACTERS;
    return all.substring(Character.isLowSurrogate(all.charAt(from)) ? from + 1 : from);
  }

  private static final class Collector {
    private final List<Quotable> list = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    void add(String sentence, int citation) {
      boolean fits = sentence.length() >= MIN_CHARACTERS && sentence.length() <= MAX_CHARACTERS;
      if (fits && list.size() < MAX_SENTENCES && seen.add(sentence)) {
        list.add(new Quotable(sentence, citation));
      }
    }
  }
}
