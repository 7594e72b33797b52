package io.tidegate.ingest.message;

import io.tidegate.contract.MalformedEventException;
import io.tidegate.contract.Problem;
import org.jspecify.annotations.Nullable;

/**
 * A request that cannot be accepted as it is; {@link #problem()} names the field and the reason.
 */
public final class InvalidMessageException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  InvalidMessageException(Problem problem) {
    // No stack trace: it is an answer, not a fault, and hostile input must stay cheap.
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  static InvalidMessageException invalid(@Nullable String field, String reason) {
    return new InvalidMessageException(Problem.Kind.INVALID_REQUEST.problem(reason, field));
  }

  static InvalidMessageException of(MalformedEventException e) {
    return invalid(e.attribute(), e.reason());
  }

  static InvalidMessageException tooLarge(String field, String reason) {
    return new InvalidMessageException(Problem.Kind.TOO_LARGE.problem(reason, field));
  }

  public Problem problem() {
    return problem;
  }
}
