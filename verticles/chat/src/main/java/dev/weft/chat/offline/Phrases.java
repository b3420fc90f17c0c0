package dev.weft.chat.offline;

import java.util.List;

/** The few sentences the built-in model says of its own, in the language of the question. */
final class Phrases {

  private static final String ENGLISH = "I am weft-offline, Weft's built-in model";
  private static final String CHINESE = "我是 weft-offline，Weft 的内置模型";

  private Phrases() {}

  /** Whether a text is an answer of this model: quoting those again would echo. */
  static boolean isOurs(String text) {
    return text.startsWith(ENGLISH) || text.startsWith(CHINESE);
  }

  /** An answer of quotes. */
  static String quoting(boolean chinese, List<Quotable> quotes) {
    StringBuilder out = new StringBuilder();
    out.append(
        chinese
            ? CHINESE + "：我不生成文字，只引用现有内容。与问题最相关的是："
            : ENGLISH + ": I do not generate text, I quote what I was given. What fits best:");
    for (Quotable quote : quotes) {
      out.append("\n\n")
          .append(chinese ? "“" : "\"")
          .append(quote.text())
          .append(chinese ? "”" : "\"");
      if (quote.citation() > 0) {
        out.append(" [").append(quote.citation()).append(']');
      }
    }
    return out.toString();
  }

  /** An answer when retrieval found nothing that speaks of what was asked. */
  static String notInDocuments(boolean chinese) {
    return chinese
        ? CHINESE + "：文档中没有这方面的内容。没有任何段落包含问题中的关键词。"
        : ENGLISH
            + ": this is not in the documents. No passage holds a word the question is about.";
  }

  /**
   * An answer when there is nothing to quote.
   *
   * @param providers whether a provider is configured
   */
  static String nothing(boolean chinese, boolean providers) {
    if (chinese) {
      return CHINESE
          + "：我不生成文字，只从对话内容或检索到的文档中引用最相关的句子，这次没有可引用的内容。"
          + (providers
              ? "已配置模型提供商：GET /v1/models 会列出可用的模型。"
              : "目前没有配置模型提供商：请设置 OPENAI_API_KEY 或 OPENROUTER_API_KEY"
                  + "（本地服务器如 Ollama 可设置 OPENAI_BASE_URL），然后重启。")
          + "也可以把文档加入集合，并在请求中写上 \"rag\": {\"collection\": \"名称\"} 来提问。";
    }
    return ENGLISH
        + ". I do not generate text: I quote the sentences that fit a question best, from the"
        + " messages or from documents that retrieval finds, and here there is nothing to quote. "
        + (providers
            ? "A model provider is configured: GET /v1/models lists the models to use. "
            : "No model provider is configured: set OPENAI_API_KEY or OPENROUTER_API_KEY (or"
                + " OPENAI_BASE_URL for a local server such as Ollama) and restart. ")
        + "Or add documents to a collection and ask with \"rag\": {\"collection\": \"name\"} in the"
        + " request.";
  }
}
