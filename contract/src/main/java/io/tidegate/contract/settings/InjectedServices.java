package io.tidegate.contract.settings;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * The variables that Kubernetes puts into every container of a namespace for each Service in it, in
 * the manner of Docker's links. For a Service named tidegate-ingest they begin with {@code
 * TIDEGATE_INGEST_}, as settings do, and one of them, {@code
 * TIDEGATE_INGEST_PORT=tcp://10.0.0.1:80}, even has a setting's name.
 *
 * <p>A Service {@code X} is taken to be one where both {@code X_SERVICE_HOST} and {@code
 * X_SERVICE_PORT} are set, which Kubernetes always does; without them nothing is excused.
 */
final class InjectedServices {
  private static final String HOST = "_SERVICE_HOST";
  private static final String PORT = "_SERVICE_PORT";
  private static final Pattern URL = Pattern.compile("(tcp|udp|sctp)://\\S+");
  private static final Pattern LINK =
      Pattern.compile("_PORT_[0-9]{1,5}_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?");

  private InjectedServices() {}

  /** Whether Kubernetes and no person has set {@code name} to what it is. */
  static boolean set(String name, Map<String, String> variables) {
    for (String each : variables.keySet()) {
      if (each.endsWith(HOST)) {
        String service = each.substring(0, each.length() - HOST.length());
        if (name.startsWith(service)
            && variables.containsKey(service + PORT)
            && isOf(name.substring(service.length()), variables.getOrDefault(name, ""))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isOf(String rest, String value) {
    return rest.equals(HOST)
        || rest.equals(PORT)
        || rest.startsWith(PORT + "_")
        || LINK.matcher(rest).matches()
        || (rest.equals("_PORT") && URL.matcher(value).matches());
  }
}
