package io.tidegate.ingest.http;

import io.tidegate.contract.Problem;
import org.jspecify.annotations.Nullable;

/** Ends the handling of a request: it is answered with {@link #problem()}. */
final class Rejection extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Problem.Kind kind;
  private final transient Problem problem;

  Rejection(Problem.Kind kind, Problem problem) {
    super(problem.detail(), null, false, false);
    this.kind = kind;
    this.problem = problem;
  }

  static Rejection of(Problem.Kind kind, String detail, @Nullable String field) {
    return new Rejection(kind, kind.problem(detail, field));
  }

  static Rejection of(Problem.Kind kind, String detail) {
    return of(kind, detail, null);
  }

  Problem.Kind kind() {
    return kind;
  }

  Problem problem() {
    return problem;
  }
}
