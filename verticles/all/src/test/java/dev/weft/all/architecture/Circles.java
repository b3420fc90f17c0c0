package dev.weft.all.architecture;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Files that all reach each other by what they name. A sealed type and its cases in the same
 * package count as one file, since neither can be without the other.
 *
 * <p>Strongly connected components: R. Tarjan, Depth-first search and linear graph algorithms, SIAM
 * Journal on Computing 1 (1972).
 */
final class Circles {
  private final Map<String, SourceFile> files = new HashMap<>();
  private final Map<String, String> heads = new HashMap<>();
  private final Map<String, Set<String>> edges = new HashMap<>();

  private final Map<String, Integer> order = new HashMap<>();
  private final Map<String, Integer> low = new HashMap<>();
  private final Deque<String> path = new ArrayDeque<>();
  private final Set<String> onPath = new HashSet<>();
  private final List<Set<String>> found = new ArrayList<>();

  /** The circles of more than so many files, each as the sorted names of its files. */
  static List<Set<String>> longerThan(int limit, List<SourceFile> all) {
    Circles circles = new Circles(all);
    circles.edges.keySet().stream().sorted().forEach(circles::visit);
    return circles.found.stream().filter(circle -> circle.size() > limit).toList();
  }

  private Circles(List<SourceFile> all) {
    all.forEach(file -> files.put(file.qualifiedName(), file));
    for (SourceFile file : all) {
      for (String one : file.cases()) {
        String named = file.packageName() + "." + one;
        if (files.containsKey(named)) {
          heads.put(named, file.qualifiedName());
        }
      }
    }
    for (SourceFile file : all) {
      String from = head(file.qualifiedName());
      Set<String> to = edges.computeIfAbsent(from, any -> new TreeSet<>());
      for (String named : named(file)) {
        if (!head(named).equals(from)) {
          to.add(head(named));
        }
      }
    }
  }

  /** A case of a case belongs to the topmost. */
  private String head(String file) {
    String head = file;
    while (heads.containsKey(head)) {
      head = heads.get(head);
    }
    return head;
  }

  private Set<String> named(SourceFile file) {
    Set<String> named = new HashSet<>();
    Set<String> imported = new HashSet<>();
    for (String one : file.imports()) {
      imported.add(one.substring(one.lastIndexOf('.') + 1));
      // A nested type or a member is its file's.
      for (String owner = one; owner.contains("."); owner = parent(owner)) {
        if (files.containsKey(owner)) {
          named.add(owner);
          break;
        }
      }
    }
    for (String name : file.names()) {
      String neighbour = file.packageName() + "." + name;
      if (files.containsKey(neighbour)
          && !imported.contains(name)
          && !file.declared().contains(name)) {
        named.add(neighbour);
      }
    }
    return named;
  }

  private static String parent(String name) {
    return name.substring(0, name.lastIndexOf('.'));
  }

  private void visit(String file) {
    if (order.containsKey(file)) {
      return;
    }
    order.put(file, order.size());
    low.put(file, order.get(file));
    path.push(file);
    onPath.add(file);
    for (String next : edges.getOrDefault(file, Set.of())) {
      if (!order.containsKey(next)) {
        visit(next);
        low.merge(file, low.get(next), Math::min);
      } else if (onPath.contains(next)) {
        low.merge(file, order.get(next), Math::min);
      }
    }
    if (low.get(file).equals(order.get(file))) {
      Set<String> circle = new TreeSet<>();
      String last;
      do {
        last = path.pop();
        onPath.remove(last);
        circle.add(last);
      } while (!last.equals(file));
      found.add(circle);
    }
  }
}
