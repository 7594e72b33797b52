// What a stranger's client sees. Usage: node checks.mjs INGEST_URL DELIVERY_URL FANOUT_URL KAFKA
import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import http2 from "node:http2";
import { once } from "node:events";
import WebSocket from "ws";
import { CloudEvent, Mode, emitterFor } from "cloudevents";
import { chromium } from "playwright-core";
import { check, equal, summary } from "./harness.mjs";

const [ingest, delivery, fanout, kafka] = process.argv.slice(2);
const socketUrl = delivery.replace(/^http/, "ws") + "/v1/connect";

/** Asks ingest with curl; the answer's status, content type and text. */
function curl(method, path, body, type) {
  const sent = body === undefined ? [] : ["-H", `content-type: ${type}`, "--data-binary", "@-"];
  const out = execFileSync("curl", [
    "-sS", "-m", "15", "-X", method, ingest + path, ...sent, "-w", "\n%{http_code} %{content_type}",
  ], { input: body ?? "", encoding: "utf8" });
  const cut = out.lastIndexOf("\n");
  const [status, contentType] = out.slice(cut + 1).split(" ");
  return { status: Number(status), contentType, text: out.slice(0, cut) };
}

/** POSTs a message with curl; the answer's body is parsed. */
function post(body, type = "application/json") {
  const answer = curl("POST", "/v1/messages", body, type);
  return { ...answer, body: JSON.parse(answer.text) };
}

function send(user, data, more = {}) {
  const answer = post(JSON.stringify({ to: { user }, data, ...more }));
  equal(answer.status, 202, "status of a send");
  return answer.body.id;
}

/** A device on the `ws` library that keeps to the client rule. */
class Device {
  constructor(hello, protocols = "tidegate.v1") {
    this.frames = [];
    this.messages = [];
    this.last = undefined;
    this.waiters = [];
    this.socket = new WebSocket(socketUrl, protocols);
    this.socket.on("open", () => this.socket.send(JSON.stringify({ op: "hello", ...hello })));
    this.socket.on("message", (text) => this.#take(JSON.parse(text)));
    this.closed = once(this.socket, "close");
  }

  #take(frame) {
    this.frames.push(frame);
    if (frame.op === "welcome" || frame.op === "reset") this.last = frame.seq;
    if (frame.op === "push") {
      equal(frame.prev, this.last, "prev of a push");
      for (const m of frame.messages) {
        if (!(m.seq > this.last)) throw new Error(`seq ${m.seq} after ${this.last}`);
        this.last = m.seq;
        this.messages.push(m);
      }
      this.socket.send(JSON.stringify({ op: "ack", seq: this.last }));
    }
    if (frame.op === "live") this.messages.push(...frame.messages);
    this.waiters = this.waiters.filter((w) => !w());
  }

  until(condition) {
    return new Promise((yes) => {
      const test = () => condition(this) && (yes(this), true);
      if (!test()) this.waiters.push(test);
    });
  }

  welcome() {
    return this.until((d) => d.frames.some((f) => f.op === "welcome")).then(() => this.frames.find((f) => f.op === "welcome"));
  }

  count(n) {
    return this.until((d) => d.messages.length >= n);
  }

  async close() {
    this.socket.close();
    await this.closed;
  }
}

async function eventually(what, test) {
  for (;;) {
    const value = await test();
    if (value) return value;
    await new Promise((yes) => setTimeout(yes, 100));
  }
}

await check("curl: a message is accepted with its id", async () => {
  const answer = post('{"to":{"user":"curl-1"},"data":{"n":1},"id":"curl-id"}');
  equal([answer.status, answer.body], [202, { id: "curl-id", accepted: 1 }], "answer");
});

await check("ws: what is large comes compressed, and is read as it was sent", async () => {
  const device = new Device({ user: "deflate", device: "d" });
  await device.welcome();
  equal(device.socket.extensions, "permessage-deflate", "extensions");
  const before = device.socket._socket.bytesRead;
  const data = { text: "Grüße 🌊 ".repeat(5_000), list: Array.from({ length: 2_000 }, (_, n) => ({ n })) };
  send("deflate", data);
  await device.count(1);
  equal(device.messages[0].data, data, "data");
  const read = device.socket._socket.bytesRead - before;
  if (read > JSON.stringify(data).length / 4) throw new Error(`${read} bytes were read`);
  await device.close();
});

await check("cloudevents: a WebSocket of cloudevents.json has one event a frame", async () => {
  const socket = new WebSocket(`${socketUrl}?user=ce-socket&device=d&ack=write`, "cloudevents.json");
  const events = [];
  socket.on("message", (text) => events.push(new CloudEvent(JSON.parse(text))));
  await once(socket, "open");
  equal(socket.protocol, "cloudevents.json", "protocol");
  await eventually("a welcome", () => events.length === 1);
  equal([events[0].type, events[0].data.mode], ["io.tidegate.welcome", "fresh"], "welcome");
  for (const n of [1, 2, 3]) send("ce-socket", { n });
  await eventually("three events", () => events.length === 4);
  equal(events.slice(1).map((e) => [e.type, e.sequence, e.data]), [1, 2, 3].map((n) => ["io.tidegate.message", String(n).padStart(19, "0"), { n }]), "events");
  events.forEach((event) => event.validate());
  await eventually("an empty mailbox", async () => {
    const view = await (await fetch(`${fanout}/v1/users/ce-socket`)).json();
    return view.waiting === 0 && view.released === 0;
  });
  socket.close();
  await once(socket, "close");
});

await check("curl: a message is accepted over HTTP/2", async () => {
  const out = execFileSync("curl", [
    "-sS", "-m", "15", "--http2-prior-knowledge", ingest + "/v1/messages", "-H", "content-type: application/json",
    "-d", JSON.stringify({ to: { user: "alice" }, data: 1 }), "-w", "\n%{http_code} %{http_version}",
  ], { encoding: "utf8" });
  equal(out.slice(out.lastIndexOf("\n") + 1), "202 2", "status and version");
});

await check("curl: who still sends a body over HTTP/2 reads why it is refused", async () => {
  const seen = (type, body) => Array.from({ length: 20 }, () => execFileSync("curl", [
    "-s", "-m", "15", "-o", "/dev/null", "--http2-prior-knowledge", ingest + "/v1/messages", "-H", `content-type: ${type}`,
    "--data-binary", "@-", "-w", "%{http_code}",
  ], { encoding: "utf8", input: body }));
  equal(seen("text/plain", "x".repeat(2_000_000)).filter((status) => status !== "415"), [], "answers other than 415");
  const line = JSON.stringify({ to: { user: "h" }, data: "x".repeat(30_000) }) + "\n";
  equal(seen("application/x-ndjson", line.repeat(300)).filter((status) => status !== "413"), [], "answers other than 413");
});

/** A request on a connection of Node's HTTP/2; the body is sent in the pieces it comes in. */
async function request(client, path, type, pieces) {
  const stream = client.request({ ":method": "POST", ":path": path, "content-type": type });
  const answered = once(stream, "response");
  for (const piece of pieces) {
    if (!stream.write(piece)) await once(stream, "drain");
  }
  stream.end();
  const [headers] = await answered;
  let text = "";
  for await (const more of stream.setEncoding("utf8")) text += more;
  return { status: headers[":status"], text };
}

await check("node http2: many requests at once on one connection, and a body larger than its windows", async () => {
  const client = http2.connect(ingest);
  try {
    const one = (i) => JSON.stringify({ to: { user: `h${i}` }, data: i });
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, i) => request(client, "/v1/messages", "application/json", [one(i)])));
    equal(answers.filter((a) => a.status !== 202), [], "answers other than 202");
    const line = JSON.stringify({ to: { user: "h" }, data: "x".repeat(1000) }) + "\n";
    const batch = await request(client, "/v1/messages", "application/x-ndjson", Array(900).fill(line));
    equal(batch.status, 200, "status of the batch");
    equal(batch.text.trim().split("\n").filter((l) => JSON.parse(l).accepted === 1).length, 900, "lines accepted");
  } finally {
    client.close();
  }
});

await check("curl: a bad field is named in problem+json", async () => {
  const answer = post('{"to":{"user":"curl-1"},"data":1,"urgency":"panic"}');
  equal([answer.status, answer.contentType.split(";")[0], answer.body.field], [400, "application/problem+json", "urgency"], "answer");
});

await check("curl: broken JSON, wrong type and an unknown path are problems", async () => {
  equal(post("{").status, 400, "broken JSON");
  equal(post("<a/>", "text/xml").status, 415, "wrong type");
  for (const base of [ingest, delivery, fanout]) {
    const type = execFileSync("curl", ["-sS", "-m", "15", "-o", "/dev/null", "-w", "%{http_code} %{content_type}", `${base}/nowhere`], { encoding: "utf8" });
    equal(type.split(";")[0], "404 application/problem+json", `${base}/nowhere`);
  }
});

await check("curl: a policy is put, and got back as it was", async () => {
  const url = `${ingest}/v1/policies/stranger`;
  const policy = '{"limits":[{"limit":60,"window":"PT1H","burst":5}]}';
  const put = execFileSync("curl", ["-sS", "-m", "15", "-f", "-X", "PUT", url, "-H", "content-type: application/json", "-d", policy], { encoding: "utf8" });
  equal(execFileSync("curl", ["-sS", "-m", "15", "-f", url], { encoding: "utf8" }), put, "policy");
  equal(JSON.stringify(JSON.parse(put).policy), policy, "canonical form");
  execFileSync("curl", ["-sS", "-m", "15", "-f", "-X", "DELETE", url]);
});

await check("curl: users join and leave a group, alone and many at once", async () => {
  const members = "/v1/groups/strangers:1/members";
  for (const method of ["PUT", "PUT", "DELETE", "DELETE"]) {
    equal(curl(method, `${members}/a%2Fb`).status, 204, method);
  }
  const many = curl("POST", members, '{"user":"bob"}\n{"user":""}\n{"user":"carol","remove":true}\n', "application/x-ndjson");
  equal([many.status, many.contentType], [200, "application/x-ndjson"], "answer");
  const [bob, nobody, carol] = many.text.trim().split("\n").map((line) => JSON.parse(line));
  equal([bob, carol], [{ user: "bob", member: true }, { user: "carol", member: false }], "members");
  equal([nobody.status, nobody.field], [400, "user"], "bad line");
  const bad = curl("PUT", "/v1/groups/no%20name/members/bob");
  equal([bad.status, JSON.parse(bad.text).field], [400, "group"], "bad group");
  equal(curl("GET", members).status, 405, "GET");
});

await check("curl: a message for a group or everyone says whom it is for", async () => {
  const group = post('{"to":{"group":"strangers:nobody"},"data":1,"id":"to-group","ttl":0}');
  equal([group.status, group.body], [202, { id: "to-group", group: "strangers:nobody" }], "group");
  const all = post('{"to":{"all":true},"data":1,"id":"to-all","ttl":0}');
  equal([all.status, all.body], [202, { id: "to-all", all: true }], "all");
  const both = post('{"to":{"all":true,"user":"bob"},"data":1}');
  equal([both.status, both.body.field], [400, "to"], "both");
});

await check("curl: health on all three ports", async () => {
  for (const base of [ingest, delivery, fanout]) {
    for (const path of ["live", "ready"]) {
      const out = execFileSync("curl", ["-sS", "-m", "15", "-f", `${base}/health/${path}`], { encoding: "utf8" });
      equal(JSON.parse(out).status, "UP", `${base}/health/${path}`);
    }
  }
});

await check("ws: pushes come in order, acks end them, resume repeats none", async () => {
  const user = `ws-${randomUUID()}`;
  const first = new Device({ user, device: "node" });
  const welcome = await first.welcome();
  equal([welcome.mode, welcome.seq], ["fresh", 0], "welcome");
  for (let i = 0; i < 20; i++) send(user, i);
  // The message for everyone of a check before this one may still be on its way, to this user too.
  const own = () => first.messages.filter((m) => m.id !== "to-all");
  await eventually("20 messages", () => own().length >= 20);
  equal(own().map((m) => m.data), [...Array(20).keys()], "data");
  await first.close();
  for (let i = 20; i < 25; i++) send(user, i);
  const second = new Device({ user, device: "node", resume: { epoch: welcome.epoch, seq: first.last } });
  equal((await second.welcome()).mode, "resumed", "mode");
  await second.count(5);
  equal(second.messages.map((m) => m.data), [20, 21, 22, 23, 24], "data");
  await eventually("an empty mailbox", async () => {
    const view = await (await fetch(`${fanout}/v1/users/${user}`)).json();
    return view.waiting === 0 && view.released === 0;
  });
  await second.close();
});

await check("ws: the same device elsewhere replaces the first with 4500", async () => {
  const user = `ws-${randomUUID()}`;
  const first = new Device({ user });
  await first.welcome();
  const second = new Device({ user });
  await second.welcome();
  const [code] = await first.closed;
  equal(code, 4500, "close code");
  await second.close();
});

await check("ws: a bad hello is closed with 4502 and a reason", async () => {
  const device = new Device({ user: "" });
  const [code, reason] = await device.closed;
  equal(code, 4502, "close code");
  if (!String(reason).includes("user")) throw new Error(`reason names no field: ${reason}`);
});

await check("ws: ttl 0 comes live, without a seq", async () => {
  const user = `ws-${randomUUID()}`;
  const device = new Device({ user });
  await device.welcome();
  send(user, "now", { ttl: 0 });
  await device.count(1);
  equal([device.messages[0].data, device.messages[0].seq], ["now", undefined], "message");
  await device.close();
});

await check("ws: a message for a group reaches its members, online or later, and one for everyone all", async () => {
  const mark = randomUUID();
  const group = `/v1/groups/g-${mark}/members`;
  const [online, later, other] = ["online", "later", "other"].map((name) => `${name}-${mark}`);
  equal(curl("PUT", `${group}/${online}`).status, 204, "PUT");
  equal(curl("POST", group, `{"user":"${later}"}\n`, "application/x-ndjson").status, 200, "POST");
  const first = new Device({ user: online });
  const outsider = new Device({ user: other });
  await first.welcome();
  await outsider.welcome();
  equal(post(JSON.stringify({ to: { group: `g-${mark}` }, data: "for members" })).status, 202, "group");
  await first.count(1);
  equal(post(JSON.stringify({ to: { all: true }, data: `for all ${mark}` })).status, 202, "all");
  await first.count(2);
  await outsider.count(1);
  equal(first.messages.map((m) => m.data), ["for members", `for all ${mark}`], "to a member");
  equal(outsider.messages.map((m) => m.data), [`for all ${mark}`], "to somebody else");
  const second = new Device({ user: later });
  await second.count(1);
  equal(second.messages[0].data, "for members", "to a member who was away");
  equal(curl("DELETE", `${group}/${online}`).status, 204, "DELETE");
  equal(post(JSON.stringify({ to: { group: `g-${mark}` }, data: "for those who stayed" })).status, 202, "group");
  await second.until((d) => d.messages.some((m) => m.data === "for those who stayed"));
  send(online, "only you");
  await first.count(3);
  equal(first.messages[2].data, "only you", "to one who left");
  for (const device of [first, second, outsider]) await device.close();
});

/** POSTs what the CloudEvents SDK wrote of an event. */
async function postEvent({ headers, body }) {
  const answer = await fetch(`${ingest}/v1/events`, { method: "POST", headers, body });
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}

await check("cloudevents: events of both modes reach a device with their attributes and data", async () => {
  const user = `ce/${randomUUID()}`;
  const device = new Device({ user });
  await device.welcome();
  const event = { source: "/strangers", type: "test.event", subject: `user/${user}`, time: "2026-11-27T06:00:00.000Z" };
  const events = [
    { ...event, id: "json", data: { text: "Grüße 🌊" }, urgency: "high" },
    { ...event, id: "text", data: "a \"b\"\n", datacontenttype: "text/plain" },
    { ...event, id: "bytes", data: new Uint8Array([1, 0, 255]), datacontenttype: "image/png" },
    { ...event, id: "none" },
  ];
  const of = ({ id, data, data_base64, datacontenttype }) => ({ id, data, data_base64, datacontenttype });
  const expected = [
    { id: "json", data: { text: "Grüße 🌊" } },
    { id: "text", data: "a \"b\"\n", datacontenttype: "text/plain" },
    { id: "bytes", data_base64: "AQD/", datacontenttype: "image/png" },
    { id: "none" },
  ];
  for (const mode of [Mode.BINARY, Mode.STRUCTURED]) {
    const emit = emitterFor(postEvent, { mode });
    device.messages.length = 0;
    for (const each of events) {
      const answer = await emit(new CloudEvent({ ...each, source: `/strangers/${mode}` }));
      equal([answer.status, answer.body], [202, { id: each.id, accepted: 1 }], `answer to ${each.id}, ${mode}`);
      await device.until((d) => d.messages.some((m) => m.id === each.id));
    }
    equal(device.messages.map(of), expected, `messages, ${mode}`);
    const [first] = device.messages;
    equal([first.source, first.type, first.time, first.urgency], [`/strangers/${mode}`, "test.event", "2026-11-27T06:00:00Z", "high"], `attributes, ${mode}`);
    const refused = await emit(new CloudEvent({ ...events[0], subject: "nobody" }));
    equal([refused.status, refused.body.field], [400, "subject"], `wrong subject, ${mode}`);
  }
  await device.close();
});

await check("cloudevents: a batch has a result for each event", async () => {
  const event = (id, subject) => new CloudEvent({ id, subject, source: "/strangers", type: "batch", expirytime: "2026-11-27T06:00:00Z", time: "2026-11-27T06:00:00.000Z" });
  const batch = JSON.stringify([event("a", "all"), event("b", "nobody"), event("c", "group/strangers:nobody")]);
  const answer = curl("POST", "/v1/events", batch, "application/cloudevents-batch+json");
  equal([answer.status, answer.contentType], [200, "application/x-ndjson"], "answer");
  const [a, b, c] = answer.text.trim().split("\n").map((line) => JSON.parse(line));
  equal([a, c], [{ id: "a", all: true }, { id: "c", group: "strangers:nobody" }], "accepted");
  equal([b.status, b.field], [400, "subject"], "refused");
});

await check("curl: an array is a batch of messages", async () => {
  const answer = curl("POST", "/v1/messages", '[{"to":{"user":"curl-1"},"data":1,"id":"array-1"},{"to":{"user":"curl-1"}}]', "application/json");
  const [first, second] = answer.text.trim().split("\n").map((line) => JSON.parse(line));
  equal([answer.status, first, second.field], [200, { id: "array-1", accepted: 1 }, "data"], "answer");
});

await check("wscat: says hello and is welcomed", async () => {
  const hello = JSON.stringify({ op: "hello", user: `wscat-${randomUUID()}` });
  const wscat = spawn("npx", ["--no-install", "wscat", "-c", socketUrl, "-w", "3", "-x", hello]);
  let out = "";
  wscat.stdout.on("data", (d) => (out += d));
  wscat.stderr.on("data", (d) => (out += d));
  await once(wscat, "close");
  if (!out.includes('"op":"welcome"')) throw new Error(`no welcome in: ${out}`);
});

const KCAT_EVENT = ["ce_specversion=1.0", "ce_source=/kcat", "ce_type=test"];

await check("kcat: CloudEvents of both modes written straight to Kafka are delivered", async () => {
  const user = `kcat-${randomUUID()}`;
  const device = new Device({ user });
  await device.welcome();
  kcat(`default/${user}`, '{"from":"kcat"}', [
    ...KCAT_EVENT, "ce_id=binary", `ce_subject=user/${user}`, "ce_urgency=high", "content-type=application/json",
  ]);
  await device.count(1);
  kcat(`default/${user}`, JSON.stringify({ specversion: "1.0", id: "structured", source: "/kcat", type: "test", subject: `user/${user}`, unknown: 1, data: { from: "kcat" } }), [
    "content-type=application/cloudevents+json; charset=UTF-8",
  ]);
  await device.count(2);
  kcat(`default/${user}`, "", [...KCAT_EVENT, "ce_id=no-data"]);
  await device.count(3);
  equal(device.messages.map((m) => [m.id, m.source, m.data, m.urgency]), [
    ["binary", "/kcat", { from: "kcat" }, "high"],
    ["structured", "/kcat", { from: "kcat" }, "normal"],
    ["no-data", "/kcat", undefined, "normal"],
  ], "messages");
  await device.close();
});

await check("kcat: a CloudEvent for a group reaches its member", async () => {
  const mark = randomUUID();
  equal(curl("PUT", `/v1/groups/kcat-${mark}/members/${mark}`).status, 204, "PUT");
  const device = new Device({ user: mark });
  await device.welcome();
  kcat("default", '"for the group"', [...KCAT_EVENT, "ce_id=g1", `ce_subject=group/kcat-${mark}`]);
  await device.count(1);
  equal(device.messages[0].data, "for the group", "message");
  await device.close();
});

await check("kcat: malformed records become dead letters with cause and bytes, and hold up nothing behind them", async () => {
  const mark = randomUUID();
  const user = `kcat-${mark}`;
  const key = `default/${user}`;
  const device = new Device({ user });
  await device.welcome();
  // Where its records lie, so that the others can be laid before it.
  kcat(key, "0", [...KCAT_EVENT, "ce_id=first"]);
  await device.count(1);
  const partition = String(records("tidegate.messages").find((r) => r.key === key).partition);
  const whole = [...KCAT_EVENT, `ce_id=${mark}`];
  const structured = "content-type=application/cloudevents+json";
  const bad = [
    ["no headers and no JSON", key, `nonsense ${mark}`, [], "malformed: ce_specversion: missing"],
    ["no JSON", key, `{${mark}`, whole, "payload: value: not JSON at character 1"],
    ["no id", key, JSON.stringify(`no id ${mark}`), KCAT_EVENT, "malformed: ce_id: missing"],
    ["no user in the key", `nobody-${mark}`, "1", whole, "key: key: want tenant/user, found no slash"],
    ["a group without a name", key, "2", [...whole, "ce_subject=group/"], "key: group: want 1 to 128 of [A-Za-z0-9._~:@+-]"],
    ["another user", key, "3", [...whole, "ce_subject=user/somebody"], "key: ce_subject: names another user than the key"],
    ["a bad time", key, "4", [...whole, "ce_time=yesterday"], "malformed: ce_time: want an RFC 3339 time"],
    ["a huge header", key, "5", [...whole, `ce_category=${"x".repeat(60_000)}`], "malformed: ce_category: longer than 256 characters"],
    ["half a structured event", key, `{"id":"${mark}"`, [structured], "malformed: value: not JSON at byte 44"],
    ["a structured event without a type", key, `{"specversion":"1.0","id":"${mark}","source":"/kcat"}`, [structured], "malformed: ce_type: missing"],
    ["a tombstone", key, "", whole, "malformed: value: missing", ["-Z"]],
  ];
  for (const [, k, value, headers, , more = []] of bad) {
    kcat(k, value, headers, ["-p", partition, ...more]);
  }
  kcat(key, '"good"', [...KCAT_EVENT, "ce_id=good"], ["-p", partition]);
  await device.count(2);
  equal(device.messages[1].data, "good", "the message behind them");
  const letters = await eventually("the dead letters", () => {
    const found = records("tidegate.dead-letters").filter((r) => r.key === key || r.key === `nobody-${mark}`);
    return found.length >= bad.length && found;
  });
  const source = (letter) => header(letter, "tidegate_source").split("/");
  letters.sort((a, b) => source(a)[2] - source(b)[2]);
  bad.forEach(([what, , value, , cause, more], i) => {
    equal(source(letters[i]).slice(0, 2), ["tidegate.messages", partition], `source of ${what}`);
    equal([header(letters[i], "tidegate_cause"), letters[i].payload], [cause, more ? null : value], what);
  });
  equal(letters.length, bad.length, "dead letters");
  await device.close();
});

/** Writes one record with kcat, to the partition that Kafka's own clients would take. */
function kcat(key, value, headers, more = []) {
  execFileSync("kcat", [
    "-b", kafka, "-P", "-t", "tidegate.messages", "-X", "partitioner=murmur2_random", "-K", "\\x01", ...more,
    ...headers.flatMap((h) => ["-H", h]),
  ], { input: `${key}\x01${value}\n` });
}

/** All records of a topic, as kcat tells them. */
function records(topic) {
  const out = execFileSync("kcat", ["-b", kafka, "-C", "-t", topic, "-e", "-q", "-J"], { encoding: "utf8", maxBuffer: 1 << 28 });
  return out.split("\n").filter((line) => line).map((line) => JSON.parse(line));
}

function header(record, name) {
  const at = (record.headers ?? []).indexOf(name);
  return at < 0 ? undefined : record.headers[at + 1];
}

await check("chromium: a page connects, is pushed to, acks, and resumes", async () => {
  const user = `browser-${randomUUID()}`;
  const page = createServer((_, answer) => answer.end("<!doctype html><title>Tidegate</title>"));
  page.listen(0, "127.0.0.1");
  await once(page, "listening");
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    const tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${page.address().port}/`);
    await tab.evaluate(([url, user]) => {
      window.shown = [];
      window.connect = (resume) => new Promise((yes) => {
        const socket = new WebSocket(url, "tidegate.v1");
        window.socket = socket;
        socket.onopen = () => socket.send(JSON.stringify({ op: "hello", user, device: "tab", resume }));
        socket.onmessage = ({ data }) => {
          const frame = JSON.parse(data);
          if (frame.op === "welcome") { window.cursor = { epoch: frame.epoch, seq: frame.seq }; yes(frame.mode); }
          if (frame.op === "push") {
            for (const m of frame.messages) { window.cursor.seq = m.seq; window.shown.push(m.data); }
            socket.send(JSON.stringify({ op: "ack", seq: window.cursor.seq }));
          }
        };
      });
    }, [socketUrl, user]);
    equal(await tab.evaluate(() => window.connect()), "fresh", "mode");
    send(user, "Grüße 🌊");
    await tab.waitForFunction(() => window.shown.length === 1);
    await tab.evaluate(() => new Promise((yes) => { window.socket.onclose = yes; window.socket.close(); }));
    send(user, "two");
    equal(await tab.evaluate(() => window.connect(window.cursor)), "resumed", "mode");
    await tab.waitForFunction(() => window.shown.length === 2);
    equal(await tab.evaluate(() => window.shown), ["Grüße 🌊", "two"], "shown");
  } finally {
    await browser.close();
    page.close();
  }
});

await check("ws: a stream of messages is acked, a bad one refused, a good close answered", async () => {
  const socket = new WebSocket(ingest.replace(/^http/, "ws") + "/v1/messages/stream", "tidegate.ingest.v1");
  const frames = [];
  socket.on("message", (text) => {
    const frame = JSON.parse(text);
    frames.push(frame);
    if (frame.op !== "ready") return;
    const line = (i) => JSON.stringify({ to: { user: "stream-1" }, data: i, id: `stream-${i}` });
    socket.send([1, 2, 3].map(line).join("\n"));
    socket.send('{"to":{"user":"stream-1"},"data":4,"urgency":"panic"}');
    socket.send(line(5));
    socket.close(1000);
  });
  const [code] = await once(socket, "close");
  equal(code, 1000, "close code");
  const refused = frames.filter((f) => f.op === "refused");
  equal(refused.map((f) => [f.n, f.problem.status, f.problem.field]), [[4, 400, "urgency"]], "refused");
  equal(frames.at(-1), { op: "ack", n: 5 }, "the last frame");
});

await check("ws: a stream that sends binary is told why it is closed", async () => {
  const socket = new WebSocket(ingest.replace(/^http/, "ws") + "/v1/messages/stream", "tidegate.ingest.v1");
  socket.on("open", () => socket.send(Buffer.from([1])));
  const [code, reason] = await once(socket, "close");
  equal([code, reason.toString()], [1003, "only text frames are understood"], "close");
});

process.exit(summary());
