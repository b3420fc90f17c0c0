package dev.weft.chat.provider;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.chat.Model;
import dev.weft.contracts.chat.ModelList;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds who answers for a model's name. In this order: the built-in model; a model that the
 * configuration gives a provider, or that a provider lists by exactly this name (also {@code
 * vendor/model}); {@code provider/model}; the only provider there is. Thread-safe.
 */
public final class ModelRouter {

  /** The built-in model's name. */
  public static final String OFFLINE = "weft-offline";

  /** The name that leaves the choice to Weft. */
  public static final String DEFAULT = "default";

  /** Names, beside none at all, that leave the choice to Weft. */
  private static final Set<String> ANY = Set.of("", DEFAULT, "auto");

  /** What is in the names of models that do not chat. */
  private static final Pattern OTHER_KINDS =
      Pattern.compile(
          "(?i)(^|[^a-z])(embed(ding|dings)?|rerank(er)?|tts|whisper|speech|voice|transcribe|asr|stt"
              + "|moderation|guard|image|images|imagen|dall|sdxl|stable-diffusion|flux|sora|veo|video"
              + "|realtime|audio|music|ocr|clip|bge|gte|e5|minilm|mpnet|colbert|splade"
              + "|davinci-002|babbage-002)([^a-z]|$)"
              + "|text-embedding|embed-|-embed|rerank|whisper|nomic-embed|canary|parakeet|kokoro");

  private static final String LISTED = "GET /v1/models lists those there are.";
  private static final String OPENAI_HOST = "://api.openai.com/";
  private static final String OPENAI_DEFAULT = "gpt-5-mini";
  private static final String OPENROUTER_DEFAULT = "openrouter/auto";

  private final List<Provider> providers;
  private final ModelCatalog catalog;
  private final String defaultModel;

  /**
   * @param defaultModel for requests that leave the choice to Weft; empty to choose by provider
   */
  public ModelRouter(List<Provider> providers, ModelCatalog catalog, String defaultModel) {
    this.providers = List.copyOf(providers);
    this.catalog = catalog;
    this.defaultModel = defaultModel;
  }

  public List<Provider> providers() {
    return providers;
  }

  /**
   * Who answers. Completes at once unless nobody knows the name yet and the providers have to be
   * asked; fails with {@code chat:model.not_found}.
   */
  public Future<ModelRoute> route(String model) {
    ModelRoute known = known(model);
    if (known != null && !isGuess(model)) {
      return Future.succeededFuture(known);
    }
    if (known != null) {
      // Only the lists tell whether the whole is the name of a model.
      return listings().map(asked -> Objects.requireNonNullElse(known(model), known));
    }
    if (ANY.contains(model)) {
      return byDefault();
    }
    if (providers.isEmpty()) {
      return Future.failedFuture(
          notFound(
                  model,
                  "No provider is configured: set OPENAI_API_KEY or OPENROUTER_API_KEY (or"
                      + " OPENAI_BASE_URL), or use the built-in model "
                      + OFFLINE
                      + ".")
              .exception());
    }
    return listings()
        .compose(
            asked -> {
              ModelRoute found = listed(model);
              return found != null
                  ? Future.succeededFuture(found)
                  : Future.failedFuture(notFound(model, LISTED).exception());
            });
  }

  private @Nullable ModelRoute known(String model) {
    if (model.equals(OFFLINE) || (providers.isEmpty() && ANY.contains(model))) {
      return new ModelRoute.Offline();
    }
    if (ANY.contains(model)) {
      return null;
    }
    // The provider that the name begins with goes first, should several list the name.
    Provider named = byPrefix(model);
    if (named != null && catalog.knows(named, model)) {
      return new ModelRoute.ToProvider(named, model);
    }
    if (named != null && catalog.knows(named, rest(model))) {
      return new ModelRoute.ToProvider(named, rest(model));
    }
    ModelRoute exact = listed(model);
    if (exact != null) {
      return exact;
    }
    if (named != null) {
      // OpenRouter names all its models vendor/model, and is itself the vendor of some.
      boolean whole = named.name().equals(Providers.OPENROUTER) && rest(model).indexOf('/') < 0;
      return new ModelRoute.ToProvider(named, whole ? model : rest(model));
    }
    return providers.size() == 1 ? new ModelRoute.ToProvider(providers.getFirst(), model) : null;
  }

  /** Whether a name that begins with a provider's is in no list, and not all lists are known. */
  private boolean isGuess(String model) {
    Provider named = byPrefix(model);
    return named != null
        && !catalog.knows(named, model)
        && !catalog.knows(named, rest(model))
        && !providers.stream().allMatch(catalog::hasAsked);
  }

  private static String rest(String model) {
    return model.substring(model.indexOf('/') + 1);
  }

  /** The provider whose name the model's name begins with; null for none. */
  private @Nullable Provider byPrefix(String model) {
    int slash = model.indexOf('/');
    if (slash > 0 && slash < model.length() - 1) {
      for (Provider provider : providers) {
        if (model.startsWith(provider.name() + "/")) {
          return provider;
        }
      }
    }
    return null;
  }

  private @Nullable ModelRoute listed(String model) {
    for (Provider provider : providers) {
      if (catalog.knows(provider, model)) {
        return new ModelRoute.ToProvider(provider, model);
      }
    }
    return null;
  }

  private Future<ModelRoute> byDefault() {
    if (!ANY.contains(defaultModel)) {
      return route(defaultModel);
    }
    Provider first = providers.getFirst();
    if (first.baseUrl().contains(OPENAI_HOST)) {
      return Future.succeededFuture(new ModelRoute.ToProvider(first, OPENAI_DEFAULT));
    }
    if (first.name().equals(Providers.OPENROUTER)) {
      return Future.succeededFuture(new ModelRoute.ToProvider(first, OPENROUTER_DEFAULT));
    }
    return catalog
        .models(first)
        .compose(
            models ->
                models.stream()
                    .filter(model -> chats(model.id()))
                    .findFirst()
                    .<Future<ModelRoute>>map(
                        model ->
                            Future.succeededFuture(new ModelRoute.ToProvider(first, model.id())))
                    .orElseGet(
                        () ->
                            Future.failedFuture(
                                notFound(
                                        DEFAULT,
                                        "The provider "
                                            + first.name()
                                            + " lists no model that chats: set chat.defaultModel.")
                                    .exception())));
  }

  /** Whether a model is for chats, as far as its name tells. */
  static boolean chats(String id) {
    return !OTHER_KINDS.matcher(id).find();
  }

  /**
   * All models: the default one by that name, those of the providers that can be asked, and the
   * built-in one.
   */
  public Future<ModelList> list() {
    return listings()
        .map(
            lists -> {
              Set<String> seen = new HashSet<>(Set.of(OFFLINE, DEFAULT));
              List<Model> out = new ArrayList<>();
              out.add(new Model(DEFAULT, "model", 0, "weft"));
              for (List<Model> models : lists) {
                for (Model model : models) {
                  Model listed = reachable(model);
                  if (seen.add(listed.id())) {
                    out.add(listed);
                  }
                }
              }
              out.add(new Model(OFFLINE, "model", 0, "weft"));
              return new ModelList("list", out);
            });
  }

  /** A listed model under a name that leads to it, were its own to lead elsewhere. */
  private Model reachable(Model model) {
    boolean elsewhere =
        !(known(model.id()) instanceof ModelRoute.ToProvider(Provider provider, String name)
            && provider.name().equals(model.ownedBy())
            && name.equals(model.id()));
    return elsewhere
        ? new Model(
            model.ownedBy() + "/" + model.id(), model.object(), model.created(), model.ownedBy())
        : model;
  }

  /** One model by its name; fails with {@code chat:model.not_found}. */
  public Future<Model> get(String id) {
    return list()
        .compose(
            list ->
                list.data().stream()
                    .filter(model -> model.id().equals(id))
                    .findFirst()
                    .map(Future::succeededFuture)
                    .orElseGet(() -> Future.failedFuture(notFound(id, LISTED).exception())));
  }

  /** What each provider lists; nothing for one that cannot be asked. */
  private Future<List<List<Model>>> listings() {
    List<Future<List<Model>>> asked =
        providers.stream().map(catalog::models).map(list -> list.otherwise(List.of())).toList();
    return Future.join(asked).map(done -> done.<List<Model>>list());
  }

  private static WeftError notFound(String model, String whatToDo) {
    return WeftError.of(
            "chat:model", Reason.NOT_FOUND, "There is no model '" + model + "'. " + whatToDo)
        .withDetail(WeftError.PARAM, "model");
  }
}
