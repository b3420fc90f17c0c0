package dev.weft.rag.index;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.contracts.rag.SearchResult.Hit;
import dev.weft.json.Json;
import dev.weft.rag.text.Chunk;
import dev.weft.rag.text.Chunker;
import dev.weft.rag.text.Cutting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.lucene.store.ByteBuffersDirectory;

/**
 * Measures search on collections of questions in SQuAD's format, given as files: nDCG@10 of whole
 * passages, and how often one of the first three chunks holds a whole answer. A program for people,
 * no test: the collections are not part of this repository.
 */
public final class RetrievalEvaluation {

  private record Question(String text, int passage, List<int[]> answers) {}

  private final List<String> passages = new ArrayList<>();
  private final List<Question> questions = new ArrayList<>();

  public static void main(String[] files) throws IOException {
    for (String file : files) {
      RetrievalEvaluation data =
          new RetrievalEvaluation(Json.mapper().readTree(Path.of(file).toFile()));
      Chunker chunker = new Chunker(400, 200);
      System.out.printf(
          "%s: %d passages, %d questions, nDCG@10 of passages %.4f, %s%n",
          Path.of(file).getFileName(),
          data.passages.size(),
          data.questions.size(),
          data.passageNdcg(),
          data.answersInChunks(chunker));
    }
  }

  private RetrievalEvaluation(JsonNode json) {
    for (JsonNode article : json.get("data")) {
      for (JsonNode paragraph : article.get("paragraphs")) {
        passages.add(paragraph.get("context").asText());
        for (JsonNode question : paragraph.get("qas")) {
          List<int[]> answers = new ArrayList<>();
          for (JsonNode answer : question.get("answers")) {
            int start = answer.get("answer_start").asInt();
            answers.add(new int[] {start, start + answer.get("text").asText().length()});
          }
          questions.add(
              new Question(question.get("question").asText(), passages.size() - 1, answers));
        }
      }
    }
  }

  private TextIndex index(Function<String, List<Chunk>> cut) throws IOException {
    TextIndex index = new TextIndex(new ByteBuffersDirectory());
    for (int i = 0; i < passages.size(); i++) {
      String text = passages.get(i);
      index.replace(
          new IndexedDocument(
              i, 1, 1, Integer.toString(i), "", text, Map.of(), cut.apply(text), null),
          Cutting.ample());
    }
    index.refresh();
    return index;
  }

  private double passageNdcg() throws IOException {
    double sum = 0;
    try (TextIndex index = index(text -> List.of(new Chunk(0, text.length())))) {
      for (Question question : questions) {
        List<Hit> hits = index.search(1, question.text(), 10);
        for (int rank = 0; rank < hits.size(); rank++) {
          if (Integer.parseInt(hits.get(rank).documentId()) == question.passage()) {
            sum += 1 / (Math.log(rank + 2.0) / Math.log(2));
          }
        }
      }
    }
    return sum / questions.size();
  }

  private String answersInChunks(Chunker chunker) throws IOException {
    int whole = 0;
    int found = 0;
    int chunks = 0;
    long nanos = System.nanoTime();
    try (TextIndex index = index(text -> Cutting.cut(chunker, text))) {
      for (String passage : passages) {
        chunks += Cutting.cut(chunker, passage).size();
      }
      for (Question question : questions) {
        List<Chunk> cut = Cutting.cut(chunker, passages.get(question.passage()));
        whole += cut.stream().anyMatch(chunk -> holdsAnswer(question, chunk)) ? 1 : 0;
        found +=
            index.search(1, question.text(), 3).stream()
                    .filter(hit -> Integer.parseInt(hit.documentId()) == question.passage())
                    .anyMatch(hit -> holdsAnswer(question, new Chunk(hit.start(), hit.end())))
                ? 1
                : 0;
      }
    }
    return "%d chunks, answers cut %.2f%%, whole answer in the first 3 chunks %.4f, %.2f ms each"
        .formatted(
            chunks,
            100.0 * (questions.size() - whole) / questions.size(),
            (double) found / questions.size(),
            (System.nanoTime() - nanos) / 1e6 / questions.size());
  }

  private static boolean holdsAnswer(Question question, Chunk chunk) {
    return question.answers().stream()
        .anyMatch(answer -> chunk.start() <= answer[0] && answer[1] <= chunk.end());
  }
}
