package io.tidegate.contract.auth;

import io.tidegate.contract.Problem;

/** Whether a request may do what it wants to. */
public sealed interface Access {

  /**
   * It may, for one tenant.
   *
   * @param caller who: the id of a key, or {@code sub:} and the subject of a token
   */
  record Granted(String tenant, String caller) implements Access {}

  /** It may not, or nobody can say now. */
  sealed interface Denied extends Access {
    /** What is answered. */
    Problem.Kind kind();

    /** For the caller; tells no secret. */
    String reason();

    /** The field WWW-Authenticate (RFC 6750, 3); empty where there is to be none. */
    default String challenge() {
      return "";
    }
  }

  /**
   * Nobody knows who it is.
   *
   * @param shown whether there was anything like a key
   */
  record Unknown(boolean shown, String reason) implements Denied {
    @Override
    public Problem.Kind kind() {
      return Problem.Kind.UNAUTHORIZED;
    }

    /** No error code where nothing was shown. */
    @Override
    public String challenge() {
      return shown ? REALM + ", error=\"invalid_token\"" : REALM;
    }
  }

  /**
   * It is known who it is, and that it may not.
   *
   * @param who as they are known where they may
   * @param what was shown
   */
  record Lacking(Granted who, String what, Scope scope) implements Denied {
    @Override
    public Problem.Kind kind() {
      return Problem.Kind.FORBIDDEN;
    }

    @Override
    public String reason() {
      return what + " lacks the scope " + scope.word();
    }

    @Override
    public String challenge() {
      return REALM + ", error=\"insufficient_scope\", scope=\"" + scope.word() + "\"";
    }
  }

  /** Not all keys have been read yet, and so neither what was revoked. */
  record NotReadYet(String reason) implements Denied {
    @Override
    public Problem.Kind kind() {
      return Problem.Kind.TEMPORARY_REDUCED_CAPACITY;
    }
  }

  String REALM = "Bearer realm=\"tidegate\"";
}
