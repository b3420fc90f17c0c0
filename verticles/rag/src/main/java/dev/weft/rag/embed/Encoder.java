package dev.weft.rag.embed;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loaded model. One session with one thread a call and no spinning, used by several threads: on a
 * CPU that gives more than batches or threads within a call. Thread-safe.
 */
final class Encoder implements AutoCloseable {

  /** Tokens the model was trained to read, marks included. */
  static final int MOST_TOKENS = 512;

  private static final Logger log = LoggerFactory.getLogger(Encoder.class);
  private static final int BLOCK_BYTES = 1 << 16;

  private final EmbeddingModel model;
  private final WordPiece tokenizer;
  private final OrtEnvironment environment;
  private final OrtSession session;

  private Encoder(EmbeddingModel model, WordPiece tokenizer, ByteBuffer weights)
      throws OrtException {
    this.model = model;
    this.tokenizer = tokenizer;
    this.environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.addConfigEntry("session.inter_op.allow_spinning", "0");
      this.session = environment.createSession(weights, options);
    }
  }

  /** Loads a model; takes some 100 ms and the memory of its weights. */
  static Encoder load(EmbeddingModel model) throws IOException, OrtException {
    WordPiece tokenizer;
    try (InputStream json = resource(model.tokenizerResource())) {
      tokenizer = WordPiece.read(json);
    }
    // Outside the heap, which would grow by the weights for good, and given back at once.
    try (Arena arena = Arena.ofConfined()) {
      return new Encoder(model, tokenizer, read(model.weightsResource(), arena));
    }
  }

  private static ByteBuffer read(String name, Arena arena) throws IOException {
    URL url = Encoder.class.getResource(name);
    if (url == null) {
      throw new FileNotFoundException("the class path has no " + name);
    }
    URLConnection resource = url.openConnection();
    resource.setUseCaches(false);
    ByteBuffer all = arena.allocate(resource.getContentLengthLong()).asByteBuffer();
    byte[] block = new byte[BLOCK_BYTES];
    try (InputStream in = resource.getInputStream()) {
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        all.put(block, 0, read);
      }
    }
    return all.flip();
  }

  private static InputStream resource(String name) throws IOException {
    InputStream found = Encoder.class.getResourceAsStream(name);
    if (found == null) {
      throw new FileNotFoundException("the class path has no " + name);
    }
    return found;
  }

  /**
   * A vector and what it cost.
   *
   * @param vector of length 1
   * @param tokens tokens read, marks included
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Encoded(float[] vector, int tokens) {}

  /** The vector of a text: the state of the first token, brought to length 1. */
  Encoded encode(String text, boolean query) throws OrtException {
    long[] ids = tokenizer.encode(query ? model.queryPrefix() + text : text, MOST_TOKENS);
    long[] ones = new long[ids.length];
    Arrays.fill(ones, 1);
    long[] shape = {1, ids.length};
    try (OnnxTensor input = tensor(ids, shape);
        OnnxTensor mask = tensor(ones, shape);
        OnnxTensor types = tensor(new long[ids.length], shape);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", input, "attention_mask", mask, "token_type_ids", types))) {
      FloatBuffer states = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] vector = new float[model.dimensions()];
      states.get(vector);
      return new Encoded(normalized(vector), ids.length);
    }
  }

  private OnnxTensor tensor(long[] values, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
  }

  private static float[] normalized(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    float factor = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= factor;
    }
    return vector;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      log.atWarn().setCause(e).log("Freeing an embedding model failed");
    }
  }
}
