package dev.weft.mesh.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.Config;
import com.hazelcast.config.SerializationConfig;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.SerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

class LockedDownTest {
  private static final String USED =
      "com[.]hazelcast[.](core|cluster|config|map|partition|transaction|topic|nio[.]serialization"
          + "|spi[.]exception|internal[.](cluster|partition|server|util))[.]";

  private final Config config =
      LockedDown.config("lab", "127.0.0.1", 5700, List.of("127.0.0.1:5700"));
  private final SerializationService writing = service(new SerializationConfig());
  private final SerializationService reading = service(config.getSerializationConfig());

  private static SerializationService service(SerializationConfig config) {
    return new DefaultSerializationServiceBuilder().setConfig(config).build();
  }

  @Test
  void membersHaveOneEndpointAndNobodyElseHasAny() {
    assertThat(config.getAdvancedNetworkConfig().isEnabled()).isTrue();
    assertThat(config.getAdvancedNetworkConfig().getEndpointConfigs())
        .containsOnlyKeys(EndpointQualifier.MEMBER);
    assertThat(config.getAdvancedNetworkConfig().getJoin().getMulticastConfig().isEnabled())
        .isFalse();
    assertThat(config.getAdvancedNetworkConfig().getJoin().isAutoDetectionEnabled()).isFalse();
    assertThat(config.getJetConfig().isEnabled()).isFalse();
    assertThat(config.getManagementCenterConfig().isScriptingEnabled()).isFalse();
    assertThat(config.getManagementCenterConfig().isConsoleEnabled()).isFalse();
    assertThat(config.getUserCodeDeploymentConfig().isEnabled()).isFalse();
    assertThat(config.getNamespacesConfig().isEnabled()).isFalse();
  }

  @Test
  void objectsOfOthersAreNotRead() {
    Canary.READ.set(0);
    Data canary = writing.toData(new Canary());
    assertThatThrownBy(() -> reading.<Object>toObject(canary)).hasStackTraceContaining("Canary");
    assertThat(Canary.READ).hasValue(0);
    Data nested = writing.toData(new Holder(new HashSet<>(List.of("x"))));
    assertThatThrownBy(() -> reading.<Object>toObject(nested)).hasStackTraceContaining("Holder");
    assertThat(writing.<Object>toObject(canary)).isInstanceOf(Canary.class);
  }

  private record Holder(HashSet<String> all) implements java.io.Serializable {}

  @Test
  void whatMembersTellOfFailuresIsRead() {
    HazelcastException failure =
        new RetryableHazelcastException("gone", new TimeoutException("late"));
    failure.addSuppressed(new IOException("closed", new IllegalStateException()));
    Data said = writing.toData(failure);
    assertThat(reading.<Object>toObject(said))
        .isInstanceOf(RetryableHazelcastException.class)
        .extracting(read -> ((Throwable) read).getSuppressed()[0].getMessage())
        .isEqualTo("closed");
  }

  /** A failure that cannot be read leaves whoever waits for it waiting. */
  @Test
  void everyFailureOfThePartsThatAreUsedIsRead() throws Exception {
    ClassFilter allowed =
        config.getSerializationConfig().getJavaSerializationFilterConfig().getWhitelist();
    URI jar = Config.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    List<String> failures = new ArrayList<>();
    try (JarFile file = new JarFile(Path.of(jar).toFile())) {
      file.stream()
          .map(entry -> entry.getName().replace('/', '.'))
          .filter(name -> name.matches(USED + "[A-Za-z.]*(Exception|Error)[.]class"))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .forEach(failures::add);
    }
    assertThat(failures).hasSizeGreaterThan(30).allMatch(allowed::isListed);
  }

  @Test
  void theFilterOfTheProcessSaysTheSame() throws Exception {
    ObjectInputFilter filter = ObjectInputFilter.Config.createFilter(LockedDown.processFilter());
    assertThatThrownBy(() -> read(new Canary(), filter)).isInstanceOf(InvalidClassException.class);
    assertThatThrownBy(() -> read(new HashSet<>(), filter))
        .isInstanceOf(InvalidClassException.class);
    IOException failure = new IOException("closed", new TimeoutException());
    failure.addSuppressed(new IllegalStateException());
    assertThat(read(failure, filter)).isInstanceOf(IOException.class);
  }

  private static Object read(Object written, ObjectInputFilter filter)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(written);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      in.setObjectInputFilter(filter);
      return in.readObject();
    }
  }
}
