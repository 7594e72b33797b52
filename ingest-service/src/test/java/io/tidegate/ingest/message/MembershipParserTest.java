package io.tidegate.ingest.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Membership;
import io.tidegate.contract.Problem;
import io.tidegate.contract.UserKey;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MembershipParserTest {
  private static final GroupKey GROUP = new GroupKey("default", "g");

  private static MembershipChange parse(byte[] line) throws InvalidMessageException {
    return MembershipParser.parse(line, 0, line.length, GROUP);
  }

  private static Problem refused(byte[] line) {
    InvalidMessageException e =
        catchThrowableOfType(InvalidMessageException.class, () -> parse(line));
    assertThat(e).describedAs("accepted: %s", new String(line, UTF_8)).isNotNull();
    return e.problem();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"user":"bob"}                  | bob   | true
          {"user":"bob","remove":true}    | bob   | false
          {"remove":true,"user":"bob"}    | bob   | false
          {"user":"bob","remove":false}   | bob   | true
          { "user" : "a/b \\u00e9😀" }    | a/b é😀 | true
          """)
  void lineShouldSayWhoIsToBeInTheGroup(String line, String user, boolean joins) throws Exception {
    assertThat(parse(line.getBytes(UTF_8)))
        .isEqualTo(
            new MembershipChange(new Membership(GROUP, new UserKey("default", user)), joins));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      textBlock =
          """
          {}                              | user   | required
          {"remove":true}                 | user   | required
          {"user":"a","extra":1}          | extra  | unknown field; want one of [user, remove]
          {"group":"g","user":"a"}        | group  | unknown field
          {"user":"a","user":"a"}         | user   | stands there twice
          {"user":7}                      | user   | want a string, got a number
          {"user":null}                   | user   | want a string, got null
          {"user":["a"]}                  | user   | want a string, got an array
          {"user":""}                     | user   | must not be empty
          {"user":"a\\u0000"}             | user   | has a control character at 1
          {"user":"\\ud800"}              | user   | has half a surrogate pair at 0
          {"user":"a","remove":"true"}    | remove | want true or false, got a string
          {"user":"a","remove":null}      | remove | want true or false, got null
          {"user":"a","remove":1}         | remove | want true or false, got a number
          "a"                             | -      | want an object, got a string
          [{"user":"a"}]                  | -      | want an object, got an array
          {"user":"a"}{"user":"b"}        | -      | something follows the object
          {"user":"a"                     | user   | the JSON ends early
          {user:"a"}                      | -      | not JSON
          alice                           | -      | not JSON
          """)
  void anythingElseShouldBeRefusedByField(String line, @Nullable String field, String reason) {
    // When
    Problem problem = refused(line.getBytes(UTF_8));

    // Then
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.field()).isEqualTo(field);
    assertThat(problem.detail()).startsWith(reason).hasSizeLessThan(400);
  }

  @Test
  void whatIsNotUtf8ShouldBeRefusedWithItsByte() {
    assertThat(refused("{\"user\":\"é\"}".getBytes(ISO_8859_1)).detail())
        .isEqualTo("not UTF-8 at byte 9");
  }

  @Test
  void longestUserShouldPassAndOneByteMoreShouldNot() throws Exception {
    // Given
    String most = "é".repeat(128);

    // When
    MembershipChange change = parse(("{\"user\":\"" + most + "\"}").getBytes(UTF_8));
    Problem problem = refused(("{\"user\":\"" + most + "x\"}").getBytes(UTF_8));

    // Then
    assertThat(change.membership().user().user()).isEqualTo(most);
    assertThat(problem.detail()).isEqualTo("longer than 256 bytes of UTF-8");
  }

  @Test
  void mangledLinesShouldBeParsedOrRefusedButNeverBreak() {
    // Given
    byte[] good = "{\"user\":\"é😀x\",\"remove\":true}".getBytes(UTF_8);
    long seed = 20261127;
    Random random = new Random(seed);

    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = good.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;

      // When
      Throwable thrown = null;
      try {
        assertThat(MembershipParser.parse(bytes, 0, length, GROUP).membership().group())
            .isEqualTo(GROUP);
      } catch (Throwable e) {
        thrown = e;
      }

      // Then
      if (thrown != null) {
        assertThat(thrown)
            .describedAs("seed %d, round %d: %s", seed, round, new String(bytes, UTF_8))
            .isInstanceOf(InvalidMessageException.class);
      }
    }
  }
}
