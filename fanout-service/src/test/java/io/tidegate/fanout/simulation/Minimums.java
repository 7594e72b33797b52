package io.tidegate.fanout.simulation;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.SessionRef;
import io.tidegate.fanout.sequencer.UserEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The least that sessions and devices want, and that they are sent nothing else. */
final class Minimums {
  private record DeviceName(UserKey user, String name) {}

  private record Place(UserKey user, long epoch, long seq) {}

  /** A client went on over a seq that nobody told it of. */
  private record Skipped(Place place, Urgency highest, String who) {}

  private final Map<SessionRef, Urgency> sessions = new HashMap<>();
  private final Map<DeviceName, Urgency> highest = new HashMap<>();
  private final Map<Place, Urgency> sent = new HashMap<>();
  private final List<Skipped> skipped = new ArrayList<>();

  void connects(Client client) {
    highest.merge(
        new DeviceName(client.user, client.name),
        client.minimum(),
        (a, b) -> a.compareTo(b) > 0 ? a : b);
  }

  /** The highest minimum that the device ever had. */
  Urgency highest(UserKey user, String device) {
    return highest.getOrDefault(new DeviceName(user, device), Urgency.VERY_LOW);
  }

  /** Whether other clients call themselves by the same name, and not all want everything. */
  boolean differ(Client client, List<Client> all) {
    long same =
        all.stream().filter(c -> c.user.equals(client.user) && c.name.equals(client.name)).count();
    return same > 1 && highest(client.user, client.name) != Urgency.VERY_LOW;
  }

  void up(UserEvent.SessionUp up) {
    sessions.put(up.session(), up.urgency());
  }

  void delivered(UserKey user, long epoch, Effect.Deliver deliver) {
    for (Effect.Sequenced message : deliver.messages()) {
      sent.put(new Place(user, epoch, message.seq()), message.message().urgency());
      wanted(deliver.session(), message.message());
    }
  }

  void wanted(SessionRef session, Message message) {
    Urgency least = sessions.get(session);
    Violation.unless(
        least == null || message.urgency().compareTo(least) >= 0,
        29,
        session + " wants nothing below " + least + " and is sent " + message.id());
  }

  /** To be looked at when everything that was sent is known. */
  void skipped(Client client, long epoch, long seq) {
    skipped.add(
        new Skipped(
            new Place(client.user, epoch, seq),
            highest(client.user, client.name),
            client.toString()));
  }

  /** Nobody was sent a message less than everything it wants without being told. */
  void settle() {
    for (Skipped each : skipped) {
      @Nullable Urgency urgency = sent.get(each.place);
      Violation.unless(
          urgency != null && urgency.compareTo(each.highest) < 0,
          21,
          each + " was never told of, and is of urgency " + urgency);
    }
    skipped.clear();
  }

  /** What was lost of a user with the state is not held against it. */
  void forget(UserKey user) {
    skipped.removeIf(each -> each.place.user.equals(user));
  }
}
