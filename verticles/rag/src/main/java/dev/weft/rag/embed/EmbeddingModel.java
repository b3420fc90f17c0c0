package dev.weft.rag.embed;

import dev.weft.rag.text.Characters;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The models that ship with the service: BGE small v1.5 of BAAI, MIT licence, 8-bit weights. */
public enum EmbeddingModel {
  ENGLISH("bge-small-en-v1.5", 384, "Represent this sentence for searching relevant passages: "),
  CHINESE("bge-small-zh-v1.5", 512, "为这个句子生成表示以用于检索相关文章：");

  private static final double CJK_SHARE = 0.3;

  private final String id;
  private final int dimensions;
  private final String queryPrefix;

  EmbeddingModel(String id, int dimensions, String queryPrefix) {
    this.id = id;
    this.dimensions = dimensions;
    this.queryPrefix = queryPrefix;
  }

  /** What users call it. */
  public String id() {
    return id;
  }

  public int dimensions() {
    return dimensions;
  }

  /** What the model was trained to see before a query. */
  String queryPrefix() {
    return queryPrefix;
  }

  String weightsResource() {
    return "/" + id + "-q.onnx";
  }

  String tokenizerResource() {
    return "/" + id + "-q-tokenizer.json";
  }

  public static Optional<EmbeddingModel> byId(String id) {
    return Arrays.stream(values()).filter(model -> model.id.equals(id)).findFirst();
  }

  /** The model for the script most of the texts are written in. */
  public static EmbeddingModel forTexts(List<String> texts) {
    double share = texts.stream().mapToDouble(Characters::cjkShare).average().orElse(0);
    return share > CJK_SHARE ? CHINESE : ENGLISH;
  }
}
