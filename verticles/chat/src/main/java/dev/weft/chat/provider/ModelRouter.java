package dev.weft.chat.provider;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.chat.Model;
import dev.weft.contracts.chat.ModelList;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds who answers for a model's name. In this order: the built-in model; a model that the
 * configuration gives a provider; {@code provider/model}; a model that a provider lists; the only
 * provider there is. Thread-safe.
 */
public final class ModelRouter {

  /** The built-in model's name. */
  public static final String OFFLINE = "weft-offline";

  /** Names, beside none at all, that leave the choice to Weft. */
  private static final Set<String> ANY = Set.of("", "default", "auto");

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
    if (known != null) {
      return Future.succeededFuture(known);
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
                  : Future.failedFuture(
                      notFound(model, "GET /v1/models lists those there are.").exception());
            });
  }

  private @Nullable ModelRoute known(String model) {
    if (model.equals(OFFLINE) || (providers.isEmpty() && ANY.contains(model))) {
      return new ModelRoute.Offline();
    }
    for (Provider provider : providers) {
      if (provider.models().contains(model)) {
        return new ModelRoute.ToProvider(provider, model);
      }
    }
    if (ANY.contains(model)) {
      return null;
    }
    ModelRoute prefixed = prefixed(model);
    if (prefixed != null) {
      return prefixed;
    }
    return providers.size() == 1
        ? new ModelRoute.ToProvider(providers.getFirst(), model)
        : listed(model);
  }

  private @Nullable ModelRoute prefixed(String model) {
    int slash = model.indexOf('/');
    for (Provider provider : providers) {
      if (slash > 0 && slash < model.length() - 1 && model.startsWith(provider.name() + "/")) {
        String rest = model.substring(slash + 1);
        // OpenRouter names all its models vendor/model, and is itself the vendor of some.
        boolean whole = provider.name().equals(Providers.OPENROUTER) && rest.indexOf('/') < 0;
        return new ModelRoute.ToProvider(provider, whole ? model : rest);
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
                models.isEmpty()
                    ? Future.failedFuture(
                        notFound(
                                "default",
                                "The provider "
                                    + first.name()
                                    + " lists no model: set chat.defaultModel.")
                            .exception())
                    : Future.succeededFuture(
                        new ModelRoute.ToProvider(first, models.getFirst().id())));
  }

  /** All models: those of the providers that can be asked, and the built-in one. */
  public Future<ModelList> list() {
    return listings()
        .map(
            lists -> {
              Set<String> seen = new HashSet<>(Set.of(OFFLINE));
              List<Model> out = new ArrayList<>();
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
    ModelRoute route = prefixed(model.id());
    boolean elsewhere =
        route instanceof ModelRoute.ToProvider(Provider provider, String name)
            && !(provider.name().equals(model.ownedBy()) && name.equals(model.id()));
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
                    .orElseGet(
                        () ->
                            Future.failedFuture(
                                notFound(id, "GET /v1/models lists those there are.")
                                    .exception())));
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
