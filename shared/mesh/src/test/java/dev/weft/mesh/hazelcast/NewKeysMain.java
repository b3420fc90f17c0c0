package dev.weft.mesh.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.weft.mesh.ClusterOptions;
import java.util.Arrays;
import java.util.List;

/**
 * Two members that say far more to each other than one key of TLS is good for in this process. Says
 * {@code same} when everything arrived as it was sent.
 */
public final class NewKeysMain {
  private static final int ENTRIES = 400;
  private static final int BYTES = 50_000;

  public static void main(String[] args) throws Exception {
    List<String> members = List.of("127.0.0.1:" + args[0], "127.0.0.1:" + args[1]);
    ClusterOptions.Tls tls = new ClusterOptions.Tls(args[2], args[3], args[4]);
    HazelcastInstance[] both = new HazelcastInstance[2];
    for (int i = 0; i < both.length; i++) {
      both[i] =
          Members.start(
              LockedDown.config("keys", "127.0.0.1", Integer.parseInt(args[i]), members), tls);
    }
    IMap<Integer, byte[]> here = both[0].getMap("any");
    IMap<Integer, byte[]> there = both[1].getMap("any");
    boolean same = both[0].getCluster().getMembers().size() == 2;
    for (int i = 0; i < ENTRIES; i++) {
      here.set(i, content(i));
    }
    for (int i = 0; i < ENTRIES; i++) {
      same &= Arrays.equals(there.get(i), content(i));
    }
    System.out.println(same ? "same" : "different");
    Runtime.getRuntime().halt(0);
  }

  private static byte[] content(int i) {
    byte[] content = new byte[BYTES + i];
    Arrays.fill(content, (byte) i);
    return content;
  }

  private NewKeysMain() {}
}
