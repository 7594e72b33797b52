// Bodies against what the contract says in words only.
const DAY_MS = 86_400_000;
const KIB = 1024;

/** JSON texts made of a body that is allowed, each with what is wrong and what must be answered. */
export function againstWords(kind, value, today) {
  const faults = [];
  const text = (fault, text, statuses = [400]) => faults.push({ fault, text, statuses });
  const with_ = (fault, fields, statuses) => text(fault, JSON.stringify({ ...value, ...fields }), statuses);
  const day = (days) => new Date(today + days * DAY_MS).toISOString();
  const nested = (depth) => "[".repeat(depth) + "]".repeat(depth);
  const half = '"\\ud800"';
  WORDS[kind]({ value, text, with: with_, day, nested, half });
  return faults;
}

const raw = (value, name, json) => JSON.stringify({ ...value, [name]: "\u0000" }).replace('"\\u0000"', () => json);

const WORDS = {
  message({ value, text, with: with_, day, nested, half }) {
    const { deliver_at: _, ttl: __, ...plain } = value;
    text("now or never, later", JSON.stringify({ ...plain, ttl: 0, deliver_at: day(3) }));
    with_("too late", { deliver_at: day(40) });
    with_("for two kinds", { to: { user: "a", group: "b" } });
    with_("for nobody", { to: {} });
    with_("for nobody of a list", { to: { users: [] } });
    with_("a user of too many bytes", { to: { user: "語".repeat(86) } });
    with_("the same user twice", { to: { users: ["a", "b", "a"] } });
    with_("not everyone", { to: { all: false } });
    with_("more data than there may be", { data: "x".repeat(256 * KIB) }, [400, 413]);
    text("65 deep", raw(value, "data", nested(64)));
    text("half a character in an id", raw(value, "id", half));
    text("half a character in a user", JSON.stringify({ ...value, to: 0 }).replace('"to":0', `"to":{"user":${half}}`));
    text("a long number", raw(value, "data", "9".repeat(2_000)));
    text("a negative ttl", raw(value, "ttl", "-0.001"));
    text("a ttl a little too long", raw(value, "ttl", "2592000.001"));
    text("a ttl without end", raw(value, "ttl", "1e400"));
    for (const ttl of ["P1Y", "-PT-1S", "pt1s", "PT+1S", "P1W", "PT1.5H", "PT"]) with_("a ttl of " + ttl, { ttl });
    with_("a ttl that overflows", { ttl: "P99999999999999999D" });
    text("null as an id", raw(value, "id", "null"));
    text("a name with a prototype", JSON.stringify(value).replace("{", '{"__proto__":{},'));
    text("a name in other case", JSON.stringify(value).replace('"to"', '"TO"'));
  },
  event({ value, text, with: with_, day, half, nested }) {
    const { data: _, data_base64: __, datacontenttype: ___, time: t, expirytime: e, deliverat: d, ...bare } = value;
    const timed = (fault, fields) => text(fault, JSON.stringify({ ...bare, ...fields }));
    timed("data of both kinds", { data: 1, data_base64: "MQ==" });
    timed("JSON that is none", { data_base64: "e30K", datacontenttype: "application/json", subject: "user/" });
    timed("base64 that is no JSON", { data_base64: "YWJj" });
    timed("no text", { data: { a: 1 }, datacontenttype: "text/plain" });
    timed("text of another charset", { data: "ä", datacontenttype: "text/plain; charset=iso-8859-1" });
    timed("JSON in another charset", { data: 1, datacontenttype: "application/json; charset=utf-16" });
    timed("no media type", { datacontenttype: "json" });
    timed("an event as data", { data: { subject: "all" }, datacontenttype: "application/cloudevents+json" });
    timed("expired", { expirytime: day(-5) });
    timed("expires too late", { expirytime: day(40) });
    timed("delivered too late", { deliverat: day(40) });
    timed("expires before it is delivered", { expirytime: day(5), deliverat: day(10) });
    timed("now or never, later", { time: day(5), expirytime: day(4), deliverat: day(3) });
    timed("65 attributes", Object.fromEntries(Array.from({ length: 65 }, (_, i) => ["x" + i, i])));
    timed("a version that comes", { specversion: "2.0" });
    timed("a trace of nothing", { traceparent: "00-" + "0".repeat(32) + "-" + "0".repeat(16) + "-01" });
    for (const name of ["Big", "with_line", "with-dash", "ä", "", "x".repeat(300)])
      timed("an attribute called " + name.slice(0, 9), { [name]: 1 });
    for (const odd of [{}, [], [1], { a: 1 }]) timed("an attribute that is " + JSON.stringify(odd), { x1: odd });
    for (const subject of [
      "user",
      "user/",
      "group/",
      "group/a b",
      "ALL",
      "all/",
      "",
      "users/a",
      "group/" + "g".repeat(129),
      "user/" + "é".repeat(129),
    ])
      timed("subject " + subject.slice(0, 9), { subject });
    text("half a character in a type", raw(bare, "type", half));
    text("half a character in text", raw({ ...bare, datacontenttype: "text/plain" }, "data", half));
    text("65 deep", raw(bare, "data", nested(64)));
    text("more data than there may be", raw(bare, "data", '"' + "x".repeat(256 * KIB) + '"'), [400, 413]);
  },
  policy({ value, text, with: with_, nested }) {
    const limit = { limit: 1, window: "PT1S" };
    with_("a burst of more than come in 366 days", { limits: [{ ...limit, window: "P1D", burst: 367 }] });
    with_("two rules of one name", { limits: [{ ...limit, name: "a" }], caps: [{ limit: 1, per: "day", name: "a" }] });
    with_("17 rules", { limits: Array(17).fill(limit) });
    for (const window of [
      "PT0S",
      "PT0.0001S",
      "P367D",
      "P99999999999999999D",
      "-PT1S",
      "-PT-1S",
      "pt1s",
      "PT+1S",
      "PT1S ",
      "P1W",
      "",
      "PT" + "9".repeat(70) + "S",
    ])
      with_("a window of " + window.slice(0, 12), { limits: [{ ...limit, window }] });
    for (const timezone of ["Mars/Olympus", "", "../etc/passwd", "+99:00", "UTC\u0000", "x".repeat(64)])
      with_("the zone " + timezone.slice(0, 14), { timezone });
    for (const from of ["24:00", "7:00", "07:60", "07:00:00", "", "0７:00"])
      with_("quiet from " + from, { quiet_hours: [{ from, until: "08:00" }] });
    with_("quiet on no day", { quiet_hours: [{ from: "07:00", until: "08:00", days: [] }] });
    with_("smoothing for too long", { smoothing: "PT1H0.001S" });
    with_("batches for too long", { batch: { window: "P1DT1S" } });
    with_("a mailbox for too short", { mailbox: { ttl: "PT0.999S" } });
    with_("null", { mailbox: null });
    text("17 deep", raw(value, "limits", nested(17)));
    text("a huge number", raw(value, "broadcast", '{"rate":' + "9".repeat(90) + "}"));
    text("a number beyond 64 bits", raw(value, "broadcast", '{"rate":9223372036854775808}'));
    text("a number in powers", raw(value, "broadcast", '{"rate":1e2147483648}'));
    with_("larger than there may be", { limits: [{ ...limit, category: "x".repeat(70_000) }] }, [413]);
  },
  settings({ value, text, with: with_, nested, half }) {
    for (const overrides of [null, [], "x", 1]) with_("overrides that are " + JSON.stringify(overrides), { overrides });
    for (const policy of ["", "a/b", "ä", "x".repeat(65), ".. "]) with_("the policy " + policy.slice(0, 5), { policy });
    with_("the zone of Mars", { timezone: "Mars/Olympus" });
    with_("a policy that is not there", { policy: "nobody.has.this" }, [422]);
    const { policy: _, ...ofNobody } = value;
    text(
      "overrides that do not fit",
      JSON.stringify({ ...ofNobody, overrides: { limits: [{ limit: 0, window: "PT1S" }] } }),
      [422],
    );
    text("overrides of what is not there", JSON.stringify({ ...ofNobody, overrides: { nothing: 1 } }), [422]);
    text("17 deep", raw(value, "overrides", '{"a":' + nested(17) + "}"));
    text(
      "half a character",
      raw(ofNobody, "overrides", `{"limits":[{"limit":1,"window":"PT1S","category":${half}}]}`),
      [400, 422],
    );
    text("a huge number", raw(ofNobody, "overrides", '{"batch":{"max_messages":' + "9".repeat(99) + "}}"), [400, 422]);
    with_("larger than there may be", { overrides: { x: "x".repeat(70_000) } }, [413]);
  },
  member({ with: with_ }) {
    with_("a user of too many bytes", { user: "é".repeat(129) });
  },
  endpoint({ with: with_ }) {
    const urls = ["ftp://example.com/", "https://127.0.0.1/", "http://[::1]/", "https://u@example.com/", "//example.com"];
    const odd = ["https://example.com/#a", "https://example.com:22/", "https://2130706433/", "https:///", "https://é.com/"];
    for (const url of [...urls, ...odd, "https://169.254.169.254/latest", "https://a/" + "x".repeat(2_048)])
      with_("the url " + url.slice(0, 24), { url });
    with_("larger than there may be", { url: "https://example.com/" + "x".repeat(9_000) }, [413]);
  },
  token({ value, text, with: with_, half }) {
    for (const ttl of [0, 0.5, -1, 86_401, "PT0.999S", "P2D", "-PT-60S", "pt1m", "PT24H0.001S", "tomorrow", ""])
      with_("a ttl of " + ttl, { ttl });
    with_("a user of too many bytes", { user: "😀".repeat(65) });
    with_("a device of too many characters", { device: "😀".repeat(65) });
    with_("a device in two lines", { device: "a\nb" });
    text("half a character", raw(value, "device", half));
    text("a ttl without end", raw(value, "ttl", "1e999999999"));
    with_("larger than there may be", { device: "x".repeat(5_000) }, [413]);
  },
};
