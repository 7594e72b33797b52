package io.tidegate.fanout.inspection;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tidegate.contract.Problem;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an HTTP request is answered with.
 *
 * @param retryAfterSeconds 0 for none
 */
record Answer(int status, String mediaType, byte[] body, int retryAfterSeconds) {
  private static final String JSON = "application/json";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  static Answer json(int status, Object body) {
    return new Answer(status, JSON, MAPPER.writeValueAsBytes(body), 0);
  }

  static Answer text(String mediaType, String body) {
    return new Answer(200, mediaType, body.getBytes(UTF_8), 0);
  }

  static Answer problem(Problem problem) {
    return problem(problem, 0);
  }

  static Answer problem(Problem problem, int retryAfterSeconds) {
    byte[] body = MAPPER.writeValueAsBytes(problem);
    return new Answer(problem.status(), Problem.MEDIA_TYPE, body, retryAfterSeconds);
  }
}
