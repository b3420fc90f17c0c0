package dev.weft.chat.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRouterTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text-embedding-3-small",
        "text-embedding-first",
        "nomic-embed-text:latest",
        "mxbai-embed-large",
        "BAAI/bge-m3",
        "intfloat/e5-mistral",
        "sentence-transformers/all-MiniLM-L6-v2",
        "tts-1-hd",
        "gpt-4o-mini-tts",
        "whisper-1",
        "distil-whisper-large",
        "gpt-4o-transcribe",
        "dall-e-3",
        "gpt-image-1",
        "stable-diffusion-xl",
        "black-forest-labs/flux-dev",
        "rerank-english-v3.0",
        "jina-reranker-v2",
        "omni-moderation-latest",
        "meta-llama/Llama-Guard-4-12B",
        "gpt-4o-realtime-preview",
        "gpt-4o-audio-preview",
        "sora-2",
        "text-embedding-ada-002",
        "davinci-002"
      })
  void someModelsDoNotChat(String id) {
    assertThat(ModelRouter.chats(id)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt-5-mini",
        "gpt-4o",
        "openai/gpt-oss-20b",
        "llama3.2:latest",
        "mistral-small",
        "qwen2.5-vl-7b",
        "deepseek-chat",
        "claude-opus-5-5",
        "gemini-3-flash",
        "m",
        "scripted",
        "phi-4",
        "command-r",
        "embedded-systems-tutor",
        "imagine-llm"
      })
  void othersDo(String id) {
    assertThat(ModelRouter.chats(id)).isTrue();
  }
}
