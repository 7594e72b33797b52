package io.tidegate.fanout.inspection;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.Problem;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.PresenceView;
import io.tidegate.fanout.topology.UserViews.Found;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers {@code POST /v1/presence} at any instance, user by user in the order of the request. What
 * other instances own they are asked for, each once and all at the same time. What cannot be
 * answered of a user is said with that user, and the others have their answers.
 */
final class PresenceRequests implements AutoCloseable {
  static final String PATH = "/v1/presence";
  static final int MAX_USERS = 1_000;

  /** So many users of 256 bytes, escaped where JSON must. */
  static final int MAX_BYTES = 512 * 1024;

  /** At the same time, for all requests together. */
  private static final int MAX_ASKED = 16;

  private static final long PATIENCE_MILLIS = 2 * Peers.TIMEOUT.toMillis();
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String USERS = "users";

  private final Inspected inspected;
  private final Peers peers;
  private final ExecutorService asking =
      Executors.newFixedThreadPool(MAX_ASKED, Thread.ofVirtual().factory());

  PresenceRequests(Inspected inspected, Peers peers) {
    this.inspected = inspected;
    this.peers = peers;
  }

  /**
   * What is said of one user.
   *
   * @param user as it was asked for; null where that is no text
   * @param problem why nothing is said; null where something is
   */
  record Entry(
      @Nullable String user,
      @Nullable Boolean connected,
      @Nullable Long sinceMillis,
      @Nullable Long lastSeenMillis,
      @Nullable List<String> devices,
      @Nullable Problem problem) {

    static Entry of(String user, PresenceView.OfUser of) {
      PresenceView presence = of.presence();
      return new Entry(
          user,
          presence.connected(),
          presence.sinceMillis(),
          presence.lastSeenMillis(),
          of.devices(),
          null);
    }

    static Entry problem(@Nullable String user, Problem problem) {
      return new Entry(user, null, null, null, null, problem);
    }
  }

  /** Users of another instance, by their places in the request. */
  private record Share(Found.Elsewhere<?> owner, List<Integer> places, List<String> users) {}

  void answer(ServerRequest request, ServerResponse response) {
    Answer misuse = JsonBody.misuse(request, response);
    InspectionServer.send(response, misuse == null ? answer(request) : misuse);
  }

  private Answer answer(ServerRequest request) {
    byte[] body = JsonBody.read(request, MAX_BYTES);
    if (body == null) {
      return JsonBody.tooLarge(MAX_BYTES);
    }
    JsonNode users;
    try {
      users = users(JSON.readTree(body));
    } catch (JacksonException e) {
      return Answer.problem(Problem.Kind.INVALID_REQUEST.problem("the body is not JSON"));
    } catch (IllegalArgumentException e) {
      return Answer.problem(
          Problem.Kind.INVALID_REQUEST.problem(String.valueOf(e.getMessage()), USERS));
    }
    Object[] entries = new Object[users.size()];
    List<Share> elsewhere = look(request, users, entries);
    boolean hopped = Peers.isOf(request);
    List<Future<Answer>> answers = new ArrayList<>();
    for (Share share : elsewhere) {
      if (!hopped) {
        byte[] ofShare = JSON.writeValueAsBytes(Map.of(USERS, share.users()));
        List<String> shown = Callers.authorization(request);
        answers.add(asking.submit(() -> peers.ask(share.owner(), PATH, shown, ofShare)));
      }
    }
    for (int i = 0; i < elsewhere.size(); i++) {
      place(elsewhere.get(i), hopped ? Peers.notNow() : await(answers.get(i)), entries);
    }
    boolean notNow =
        Arrays.stream(entries)
            .allMatch(
                entry ->
                    entry instanceof Entry it
                        && it.problem() != null
                        && it.problem().status() == Peers.NOT_NOW.status());
    return notNow ? Peers.notNow() : Answer.json(200, Map.of(USERS, entries));
  }

  private static JsonNode users(JsonNode body) {
    JsonNode users = body.path(USERS);
    if (!users.isArray() || body.size() != 1) {
      throw new IllegalArgumentException("want {\"users\":[…]} and nothing else");
    }
    if (users.isEmpty() || users.size() > MAX_USERS) {
      throw new IllegalArgumentException("want 1 to " + MAX_USERS + ", got " + users.size());
    }
    return users;
  }

  /** Says what is known here; what is not is given back by whose it is. */
  private List<Share> look(ServerRequest request, JsonNode users, Object[] entries) {
    Map<String, Share> shares = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i++) {
      JsonNode asked = users.get(i);
      String user = asked.isString() ? asked.stringValue() : null;
      UserKey key;
      try {
        if (user == null) {
          throw new IllegalArgumentException("user: want a string");
        }
        key = new UserKey(Callers.tenant(request), user);
      } catch (IllegalArgumentException e) {
        String why = String.valueOf(e.getMessage());
        entries[i] =
            Entry.problem(user, Problem.Kind.INVALID_REQUEST.problem(why, USERS + "[" + i + "]"));
        continue;
      }
      switch (inspected.presence(key)) {
        case Found.Here<PresenceView.OfUser> here -> entries[i] = Entry.of(user, here.found());
        case Found.Nowhere<PresenceView.OfUser> _ ->
            entries[i] = Entry.of(user, PresenceView.OfUser.UNKNOWN);
        case Found.NotNow<PresenceView.OfUser> _ -> entries[i] = Entry.problem(user, Peers.NOT_NOW);
        case Found.Elsewhere<PresenceView.OfUser> owner -> {
          Share share =
              shares.computeIfAbsent(
                  owner.host() + ":" + owner.port(),
                  _ -> new Share(owner, new ArrayList<>(), new ArrayList<>()));
          share.places().add(i);
          share.users().add(user);
        }
      }
    }
    return List.copyOf(shares.values());
  }

  private static void place(Share share, Answer answer, Object[] entries) {
    JsonNode said = said(answer, share.users().size());
    for (int i = 0; i < share.users().size(); i++) {
      entries[share.places().get(i)] =
          said == null ? Entry.problem(share.users().get(i), problem(answer)) : said.get(i);
    }
  }

  /** Null where it is not what was asked for. */
  private static @Nullable JsonNode said(Answer answer, int users) {
    if (answer.status() != 200) {
      return null;
    }
    try {
      JsonNode said = JSON.readTree(answer.body()).path(USERS);
      return said.isArray() && said.size() == users ? said : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  /** Of an instance that did not answer for its users. */
  private static Problem problem(Answer answer) {
    return answer.status() == Peers.NOT_NOW.status()
        ? Peers.NOT_NOW
        : Problem.Kind.BAD_GATEWAY.problem("the instance that has the user did not answer");
  }

  private static Answer await(Future<Answer> answer) {
    try {
      return answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Peers.notNow();
    } catch (TimeoutException e) {
      boolean _ = answer.cancel(true);
      return Peers.notNow();
    } catch (ExecutionException e) {
      throw new IllegalStateException("another instance could not be asked", e.getCause());
    }
  }

  @Override
  public void close() {
    asking.shutdownNow();
  }
}
