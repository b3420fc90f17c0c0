package dev.weft.all.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The rules and the dashboard that are shipped. */
final class Alerting {
  static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
  static final Path RULES = ROOT.resolve("conf/prometheus-rules.yml");
  static final Path RULES_TEST = ROOT.resolve("conf/prometheus-rules-test.yml");
  private static final Path DASHBOARD = ROOT.resolve("conf/grafana-dashboard.json");

  /** All rules, those that record too. */
  static List<JsonNode> rules() throws IOException {
    List<JsonNode> rules = new ArrayList<>();
    new YAMLMapper()
        .readTree(Files.readString(RULES))
        .path("groups")
        .forEach(group -> group.path("rules").forEach(rules::add));
    return rules;
  }

  static List<JsonNode> alerts() throws IOException {
    return rules().stream().filter(rule -> rule.has("alert")).toList();
  }

  /** Every expression of rules and dashboard, and the queries of its variables. */
  static List<String> expressions() throws IOException {
    List<String> all = new ArrayList<>();
    rules().forEach(rule -> all.add(rule.path("expr").asText()));
    JsonNode dashboard = new ObjectMapper().readTree(Files.readString(DASHBOARD));
    dashboard
        .path("panels")
        .forEach(panel -> panel.path("targets").forEach(one -> all.add(one.path("expr").asText())));
    dashboard.at("/templating/list").forEach(one -> all.add(one.path("query").asText()));
    return all;
  }

  private Alerting() {}
}
