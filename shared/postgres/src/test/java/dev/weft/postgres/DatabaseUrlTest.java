package dev.weft.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseUrlTest {

  @Test
  void allPartsAreRead() {
    DatabaseUrl url =
        DatabaseUrl.parse(
            "postgresql://ann:p%40ss%2Fw%3Ard+1@db.example:6543/weft?sslmode=require");
    assertThat(url.host()).isEqualTo("db.example");
    assertThat(url.port()).isEqualTo(6543);
    assertThat(url.database()).isEqualTo("weft");
    assertThat(url.user()).isEqualTo("ann");
    assertThat(url.password()).isEqualTo("p@ss/w:rd+1");
    assertThat(url.options()).containsEntry("sslmode", "require");
  }

  @Test
  void theOtherSchemeAndNoPortAndNoPasswordAreFine() {
    DatabaseUrl url = DatabaseUrl.parse("postgres://ann@[::1]/weft");
    assertThat(url.host()).isEqualTo("::1");
    assertThat(url.port()).isEqualTo(5432);
    assertThat(url.password()).isEmpty();
    assertThat(url).hasToString("postgresql://[::1]:5432/weft");
  }

  @Test
  void theWholeUrlReadsBackAsTheSame() {
    DatabaseUrl url =
        DatabaseUrl.parse("postgresql://a%20b:%25%C3%A9@h:1/d?sslmode=disable&x=1%262");
    assertThat(DatabaseUrl.parse(url.uri())).isEqualTo(url);
  }

  @Test
  void anAtSignAmongTheOptionsIsFine() {
    assertThat(DatabaseUrl.parse("postgresql://a:b@h/d?application_name=x@y").host())
        .isEqualTo("h");
  }

  @Test
  void itsTextHoldsNoSecret() {
    DatabaseUrl url = DatabaseUrl.parse("postgresql://ann:hunter2@h/d?password=hunter2");
    assertThat(url).hasToString("postgresql://h:5432/d");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mysql://ann:hunter2@h/d|must be a PostgreSQL URL",
        "ann:hunter2@h/d|must be a PostgreSQL URL",
        "postgresql://ann:hunter2@h|names no database",
        "postgresql://h/hunter2|names no user",
        "postgresql://ann:hunter2@/d|names no host",
        "postgresql://ann:hun#ter2@h/d|write @ as %40",
        "postgresql://ann:hun@ter2@h/d|write @ as %40",
        "postgresql://ann:hun/ter2@h/d|write @ as %40",
        "postgresql://ann:1/ter2@h/d|write @ as %40",
        "postgresql://ann:hun?ter2@h/d|write @ as %40",
        "postgresql://ann:hun@x/ter2@h/d|write @ as %40",
        "postgresql://ann:hunter2/d|names no host",
        "postgresql://ann:hun ter2@h/d|is not a URL",
        "postgresql://ann:hunter2@h/d?sslmode=on|has a wrong sslmode",
      })
  void whatIsWrongIsToldWithoutThePassword(String url, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DatabaseUrl.parse(url))
        .withMessageContaining(problem)
        .satisfies(e -> assertThat(e.toString()).doesNotContain("hunter2").doesNotContain("ter2"));
    assertThat(DatabaseUrl.problem(url)).contains(problem);
  }

  @ParameterizedTest
  @CsvSource({
    "disable,false,",
    "prefer,true,''",
    "require,true,''",
    "verify-ca,false,''",
    "verify-full,false,HTTPS"
  })
  void theTlsModesMeanWhatPostgresMeans(
      String mode, boolean trustAll, @org.jspecify.annotations.Nullable String hostCheck) {
    PgConnectOptions options =
        DatabaseUrl.parse("postgresql://ann@h/d?sslmode=" + mode).connectOptions("chat");
    assertThat(options.getSslMode()).isEqualTo(SslMode.of(mode));
    if (hostCheck == null) {
      assertThat(options.getSslOptions()).isNull();
    } else {
      assertThat(options.getSslOptions().isTrustAll()).isEqualTo(trustAll);
      assertThat(options.getSslOptions().getHostnameVerificationAlgorithm()).isEqualTo(hostCheck);
    }
    assertThat(options.getProperties()).containsEntry("search_path", "chat");
  }
}
