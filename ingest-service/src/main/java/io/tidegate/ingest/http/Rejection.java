package io.tidegate.ingest.http;

import io.tidegate.contract.Problem;
import io.tidegate.ingest.message.InvalidMessageException;
import org.jspecify.annotations.Nullable;

/** Ends the handling of a request: it is answered with {@link #problem()}. */
final class Rejection extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Problem.Kind kind;
  private final transient Problem problem;
  private final long retryAfterSeconds;

  Rejection(Problem.Kind kind, Problem problem) {
    this(kind, problem, 0);
  }

  private Rejection(Problem.Kind kind, Problem problem, long retryAfterSeconds) {
    super(problem.detail(), null, false, false);
    this.kind = kind;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** The same, where it is known when to come again. */
  Rejection retryAfter(long seconds) {
    return new Rejection(kind, problem, seconds);
  }

  /** When to come again; 0: that is not known. */
  long retryAfterSeconds() {
    return retryAfterSeconds;
  }

  static Rejection of(Problem.Kind kind, String detail, @Nullable String field) {
    return new Rejection(kind, kind.problem(detail, field));
  }

  static Rejection of(Problem.Kind kind, String detail) {
    return of(kind, detail, null);
  }

  static Rejection of(InvalidMessageException e) {
    Problem problem = e.problem();
    Problem.Kind kind =
        problem.status() == Problem.Kind.TOO_LARGE.status()
            ? Problem.Kind.TOO_LARGE
            : Problem.Kind.INVALID_REQUEST;
    return new Rejection(kind, problem);
  }

  /** Whether the same request would be refused later, too. */
  boolean isAboutTheContent() {
    return isAboutTheContent(kind);
  }

  static boolean isAboutTheContent(Problem.Kind kind) {
    return switch (kind) {
      case INVALID_REQUEST,
          TOO_LARGE,
          UNSUPPORTED_MEDIA_TYPE,
          UNSUPPORTED_ENCODING,
          UNPROCESSABLE ->
          true;
      default -> false;
    };
  }

  Problem.Kind kind() {
    return kind;
  }

  Problem problem() {
    return problem;
  }
}
