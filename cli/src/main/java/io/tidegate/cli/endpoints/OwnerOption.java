package io.tidegate.cli.endpoints;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.LineText;
import io.tidegate.contract.PathSegment;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.webhook.EndpointKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code --user} or {@code --group}: whose endpoints are meant. */
final class OwnerOption {
  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(names = "--user", paramLabel = "USER", description = "The endpoints of this user.")
  @Nullable String user;

  @Option(names = "--group", paramLabel = "GROUP", description = "The endpoints of this group.")
  @Nullable String group;

  /**
   * Whose.
   *
   * @param field what it is called in JSON
   */
  record Owner(String field, String name) {
    boolean isGroup() {
      return field.equals("group");
    }

    /** Of all its endpoints. */
    String path() {
      return "/v1/" + field + "s/" + PathSegment.encode(name) + "/endpoints";
    }

    /** Of one. */
    String path(String endpoint) {
      return path() + '/' + PathSegment.encode(endpoint);
    }

    @Override
    public String toString() {
      return field + ' ' + name;
    }
  }

  /**
   * @throws CommandLine.ParameterException if it is not one of both, or cannot be called so
   */
  Owner owner() {
    String ofUser = user;
    String ofGroup = group;
    if (ofUser != null && ofGroup != null) {
      throw usage("want one of --user and --group, got both");
    }
    try {
      if (ofUser != null) {
        return new Owner("user", new UserKey(UserKey.DEFAULT_TENANT, ofUser).user());
      }
      if (ofGroup != null) {
        return new Owner("group", new GroupKey(UserKey.DEFAULT_TENANT, ofGroup).group());
      }
    } catch (IllegalArgumentException e) {
      throw usage("--" + e.getMessage());
    }
    throw usage("whose endpoint? Give --user or --group");
  }

  /**
   * @throws CommandLine.ParameterException if no endpoint can be called so
   */
  String endpoint(String name) {
    try {
      return new EndpointKey(new UserKey(UserKey.DEFAULT_TENANT, "any"), name).name();
    } catch (IllegalArgumentException e) {
      String reason = String.valueOf(e.getMessage()).replaceFirst("^name: ", "");
      throw usage("NAME \"" + LineText.quotable(name) + "\": " + reason);
    }
  }

  private CommandLine.ParameterException usage(String line) {
    return new CommandLine.ParameterException(spec.commandLine(), line);
  }
}
