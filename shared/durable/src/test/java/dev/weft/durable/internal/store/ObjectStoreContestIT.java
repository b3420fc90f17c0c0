package dev.weft.durable.internal.store;

import static dev.weft.durable.internal.store.StoreBed.commit;
import static dev.weft.durable.internal.store.StoreBed.get;
import static dev.weft.durable.internal.store.StoreBed.id;
import static dev.weft.durable.internal.store.StoreBed.put;
import static dev.weft.durable.internal.store.StoreBed.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.store.ObjectStore.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes that bury each other at any moment count up the same objects. Each commit that was
 * acknowledged must be in the count, and nothing else.
 */
class ObjectStoreContestIT {
  private static final Logger log = LoggerFactory.getLogger(ObjectStoreContestIT.class);

  private static final int OBJECTS = 12;
  private static final int NODES = 4;
  private static final int LIVES = 25;

  private final AtomicIntegerArray acknowledged = new AtomicIntegerArray(OBJECTS);
  private final AtomicIntegerArray unknown = new AtomicIntegerArray(OBJECTS);
  private final AtomicInteger fenced = new AtomicInteger();
  private final Queue<String> living = new ConcurrentLinkedQueue<>();
  private final List<ObjectId> ids = new ArrayList<>();

  @Test
  void whatIsAcknowledgedIsCountedOnce() throws InterruptedException, ExecutionException {
    try (StoreBed bed = new StoreBed();
        var threads = Executors.newFixedThreadPool(NODES)) {
      for (int i = 0; i < OBJECTS; i++) {
        ids.add(id(null));
      }
      List<Future<?>> nodes = new ArrayList<>();
      for (int node = 0; node < NODES; node++) {
        int number = node;
        nodes.add(
            threads.submit(
                () -> {
                  Random random = new Random(number);
                  for (int life = 0; life < LIVES || nothingFenced(life); life++) {
                    live(bed, "node-" + number, random);
                  }
                }));
      }
      for (Future<?> node : nodes) {
        node.get();
      }
      int sum = 0;
      for (int i = 0; i < OBJECTS; i++) {
        int least = acknowledged.get(i);
        int count = Integer.parseInt(bed.stored(ids.get(i)).getOrDefault("n", "0"));
        assertThat(count).isBetween(least, least + unknown.get(i));
        assertThat(get(bed.store.find(ids.get(i))))
            .hasValueSatisfying(row -> assertThat(row.seq()).isEqualTo(count));
        sum += count;
      }
      log.info("{} commits, {} of others fenced", sum, fenced);
      assertThat(sum).isPositive();
      assertThat(fenced).hasPositiveValue();
    }
  }

  /** On a busy machine one may happen to run after the other. */
  private boolean nothingFenced(int life) {
    return fenced.get() == 0 && life < 20 * LIVES;
  }

  /** Claims what it can and counts, until somebody has taken all of it away. */
  private void live(StoreBed bed, String nodeId, Random random) {
    ObjectStore store = bed.open();
    String me = bed.node(nodeId);
    living.add(me);
    Lane lane = bed.lane(me);
    List<Claim> claims = ids.stream().map(id -> new Claim(id, true, 1)).toList();
    List<ClaimResult> results = get(store.claim(me, claims));
    List<Integer> mine = new ArrayList<>();
    long[] epochs = new long[OBJECTS];
    long[] seqs = new long[OBJECTS];
    int[] counts = new int[OBJECTS];
    for (int i = 0; i < OBJECTS; i++) {
      if (results.get(i) instanceof ClaimResult.Claimed claimed) {
        mine.add(i);
        epochs[i] = claimed.epoch();
        seqs[i] = claimed.seq();
        counts[i] = Integer.parseInt(text(claimed.entries()).getOrDefault("n", "0"));
        assertThat(counts[i]).isEqualTo((int) seqs[i]);
      }
    }
    for (int turn = 0; turn < 12 && !mine.isEmpty(); turn++) {
      List<Commit> batch = new ArrayList<>();
      for (int i : mine) {
        String next = String.valueOf(counts[i] + 1);
        batch.add(commit(ids.get(i), epochs[i], seqs[i], put("n", next)));
      }
      List<CommitResult> answers = get(lane.commit(batch));
      List<Integer> kept = new ArrayList<>();
      for (int k = 0; k < answers.size(); k++) {
        int i = mine.get(k);
        switch (answers.get(k)) {
          case CommitResult.Committed committed -> {
            acknowledged.incrementAndGet(i);
            counts[i]++;
            seqs[i]++;
            kept.add(i);
          }
          case CommitResult.Fenced lost -> fenced.incrementAndGet();
          case CommitResult.Unknown lost -> unknown.incrementAndGet(i);
          case CommitResult.Refused refused -> throw new AssertionError(refused.error());
        }
      }
      mine = kept;
      String victim = random.nextInt(3) == 0 ? living.poll() : null;
      if (victim != null) {
        get(store.bury(victim));
      }
    }
    get(store.bury(me));
    get(lane.close());
    get(store.close());
  }
}
