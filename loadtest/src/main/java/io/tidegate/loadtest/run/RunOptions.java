package io.tidegate.loadtest.run;

import io.tidegate.loadtest.devices.FleetSettings;
import io.tidegate.loadtest.offer.Names;
import io.tidegate.loadtest.watch.Place;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a run is made, whatever its profile.
 *
 * @param version of Tidegate, for the report
 * @param profileText as it was given, for the report
 * @param shown options by their names on the command line, for the report; no secrets
 * @param names of users, devices and groups
 * @param connections to ingest at most
 * @param deviceThreads that hold the devices' connections
 * @param from local addresses of devices, by turns; empty: the system chooses
 * @param tokens of devices; null: none are shown, but where ingest is asked for them
 * @param asksTokens whether ingest is asked for a token for each device, before they connect
 * @param slack by how much a push may come earlier than its limit lets it, for what had it on its
 *     way
 * @param seed of what is picked at random
 * @param watched processes to look at beside the services, by name
 * @param audit whether what fan-out writes to Kafka is read too
 * @param policyIsSet the profile's policy is there already, and neither set nor taken away
 */
public record RunOptions(
    String version,
    String profileText,
    Map<String, String> shown,
    Names names,
    int connections,
    int deviceThreads,
    List<InetAddress> from,
    FleetSettings.@Nullable TokenSource tokens,
    boolean asksTokens,
    Duration slack,
    long seed,
    Map<String, Place> watched,
    boolean audit,
    boolean policyIsSet) {

  /** The same with devices that come from those addresses. */
  public RunOptions withFrom(List<InetAddress> addresses) {
    return new RunOptions(
        version,
        profileText,
        shown,
        names,
        connections,
        deviceThreads,
        addresses,
        tokens,
        asksTokens,
        slack,
        seed,
        watched,
        audit,
        policyIsSet);
  }
}
