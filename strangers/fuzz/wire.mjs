// What may be wrong with how a request is sent, whatever is in it.
import fc from "fast-check";
import { HANDSHAKE } from "./requests.mjs";

/** Refused, or else allowed by the contract, which the one who checks it decides. */
export const REFUSED = "refused";

export const set = (request, name, value) => [
  ...request.headers.filter(([n]) => n.toLowerCase() !== name.toLowerCase()),
  [name, value],
];
const add = (request, name, value) => [...request.headers, [name, value]];
export const faulty = (request, fault, statuses, change) => ({ ...request, statuses, fault, ...change });

/** What may be wrong with how a body is packed, typed or framed. */
export function badPacking(operation, request) {
  const types = [
    "text/plain",
    "application/xml",
    "application/json; charset=latin1",
    "application/x-ndjson;charset=utf-16",
    "application/cloudevents+xml",
    "json",
    "*/*",
    "\x80\xff",
    ";",
    "a".repeat(300),
  ];
  // A batch is answered as far as it could be read.
  const batch = ["lines", "array"].includes(request.made.shape);
  const faults = [
    ...types
      .filter((type) => operation.id !== "sendEvents" || type.includes("+xml"))
      .map((type) => faulty(request, "content type " + type, [415], { headers: set(request, "Content-Type", type) })),
    faulty(request, "no content type", operation.id === "sendEvents" ? REFUSED : [415], {
      headers: request.headers.filter(([n]) => n !== "Content-Type"),
    }),
    ...["br", "deflate", "gzip, gzip", "zstd,gzip", "x", "\xff", "identity, gzip"].map((encoding) =>
      faulty(request, "encoding " + encoding, [415], {
        pack: null,
        headers: set(request, "Content-Encoding", encoding),
      }),
    ),
    ...["gzip", "zstd"].map((encoding) =>
      faulty(request, "not packed with " + encoding, request.made.shape === "one" ? [400] : REFUSED, {
        pack: null,
        headers: set(request, "Content-Encoding", encoding),
      }),
    ),
    ...["gzip", "zstd"].flatMap((pack) =>
      ["cut", "trailed", "flipped", "doubled"].map((damage) =>
        faulty(request, `${pack} ${damage}`, REFUSED, { pack, damage }),
      ),
    ),
    // The last result of a batch says so, which the one who checks it sees to.
    faulty(request, "ends early", batch ? [200, 400] : [400], { framing: "short" }),
    faulty(request, "no body", REFUSED, { body: null, pack: null }),
    ...["abc", "-1", "1e3", "99999999999999999999", "0x10", ""].map((length) =>
      faulty(request, "length " + length, [400, 413], { framing: "said", length }),
    ),
    faulty(request, "larger than may be", [413], { framing: "said", length: "999999999" }),
    faulty(request, "bad chunks", batch ? [200, 400] : [400], { framing: "bad-chunks" }),
  ];
  return [fc.constantFrom(...faults)];
}

/** Names in a path that cannot be one. */
export function badPath(operation, request) {
  if (operation.inPath.length === 0) return [];
  const names = ["%00", "a%0Ab", "%zz", "%", "%C0%AF", "%ED%A0%80", "x".repeat(257), "%ff", "a%7Fb"].map((name) => {
    const last = operation.inPath.at(-1).name;
    return faulty(request, "name " + name, [400], {
      target: request.target.split("?")[0] && replaced(operation, request, last, name),
    });
  });
  return [fc.constantFrom(...names)];
}

function replaced(operation, request, name, with_) {
  const wanted = operation.path.split("/");
  const given = request.target.split("?")[0].split("/");
  return given.map((segment, i) => (wanted[i] === `{${name}}` ? with_ : segment)).join("/");
}

/** Paths that look like an operation's and are none. */
export function oddPath(request) {
  const path = request.target.split("?")[0];
  const odd = [
    path + "/",
    path + "/x",
    "/" + path,
    path.replace("/v1", "/v1/."),
    path.replace("/", "/x/../"),
    path.replace(/e/, "%65"),
    path + ";a=b",
    path.replaceAll("/", "//"),
    path.replaceAll("/", "\\"),
    path.toUpperCase(),
    path + "%00",
    path + "%2F",
    path + "%",
    "/%2e%2e" + path,
    "/",
    "*",
    "/v1",
    path + "\xff",
    path + "{x}",
    path + "|",
  ];
  return fc
    .constantFrom(...odd.filter((target) => target !== path))
    .map((target) => faulty(request, "path " + target, REFUSED, { target, pathIsOdd: true }));
}

/** What may be wrong with headers; some of it is nobody's matter. */
export function badHeaders(operation, request) {
  const faults = [
    faulty(request, "a flood of one header", [431], { headers: add(request, "X-Flood", "x".repeat(17_000)) }),
    faulty(request, "a flood of headers", [431], {
      headers: [...request.headers, ...Array.from({ length: 900 }, (_, i) => ["X-" + i, "flooding you"])],
    }),
    ...["a b", "\xff\xfe", "", "x".repeat(129), "a,b", "<script>", "\t"].map((id) =>
      faulty(request, "request id " + id, request.statuses, { headers: set(request, "X-Request-Id", id) }),
    ),
    faulty(request, "two request ids", request.statuses, {
      headers: [...set(request, "X-Request-Id", "a"), ["X-Request-Id", "b"]],
    }),
    ...["\x00", "a\x01b", "a\rb"].map((value) =>
      faulty(request, "a control character in a header", [400], { headers: add(request, "X-Odd", value) }),
    ),
    ...["X Odd", "X(odd)", "X\xe9"].map((name) =>
      faulty(request, "header name " + name, [400], { headers: add(request, name, "odd") }),
    ),
    // Helidon's parser takes it.
    faulty(request, "an empty header name", REFUSED, { headers: add(request, "", "odd") }),
    ...["00-", "ff-" + "0".repeat(32), "\xff", "x".repeat(5_000)].map((value) =>
      faulty(request, "traceparent", request.statuses, { headers: set(request, "traceparent", value) }),
    ),
    ...["=;,", "respond-async;;;", "\xe9", "x".repeat(5_000)].map((value) =>
      faulty(request, "prefer", request.statuses, { headers: set(request, "Prefer", value) }),
    ),
    faulty(request, "two lengths", [400], { framing: "two-lengths" }),
    faulty(request, "a transfer coding alone", [400], { framing: "coded", coding: "gzip" }),
    faulty(request, "a transfer coding before chunked", [501], { framing: "coded", coding: "gzip, chunked" }),
    faulty(request, "chunked twice", [400], { framing: "coded", coding: "chunked, chunked" }),
    faulty(request, "a length beside chunks", [400], {
      framing: "chunked",
      headers: add(request, "Content-Length", "3"),
    }),
    ...["a b", "[::", "\xff"].map((host) => faulty(request, "host " + host, [400], { host })),
    faulty(request, "an empty host", REFUSED, { host: "" }),
    faulty(request, "no host", [400], { host: null }),
  ];
  if (operation.keyed) {
    faults.push(
      ...[
        "abc",
        '""',
        '"',
        '"a',
        'a"',
        `"${"k".repeat(256)}"`,
        '"a\\x"',
        '"a\\"',
        '"\xe9"',
        '"a";b=c',
        '"a", "b"',
        "",
        "?1",
      ].map((key) =>
        faulty(request, "idempotency key " + key, [400], { headers: set(request, "Idempotency-Key", key) }),
      ),
    );
    faults.push(
      faulty(request, "two idempotency keys", [400], {
        headers: [...set(request, "Idempotency-Key", '"a"'), ["Idempotency-Key", '"b"']],
      }),
    );
  }
  if (operation.conditional) {
    for (const name of ["If-Match", "If-None-Match"]) {
      faults.push(
        ...["17", '"', '"a" "b"', "W/", "*, *", ",", "\xff"].map((tags) =>
          faulty(request, `${name} ${tags}`, [400], { headers: set(request, name, tags) }),
        ),
      );
    }
  }
  if (request.made.shape === "binary") {
    const wrong = {
      "ce-specversion": "0.3",
      "ce-id": "%zz",
      "ce-source": "a%20b",
      "ce-subject": "everyone",
      "ce-time": "now",
      "ce-urgency": "urgent",
      "ce-type": "%00",
      "ce-x": "\xe9",
      "ce-Bad_Name": "a",
      "ce-data": "a",
      "ce-datacontenttype": "text/plain",
      "ce-expirytime": "2020-01-01",
      "ce-collapsekey": '"a"b',
      "ce-category": "x".repeat(257),
      "ce-traceparent": "00",
    };
    for (const [name, value] of Object.entries(wrong)) {
      faults.push(
        faulty(request, `${name}: ${value}`, name === "ce-x" ? REFUSED : [400], { headers: set(request, name, value) }),
      );
    }
    for (const name of ["ce-id", "ce-source", "ce-type", "ce-subject", "ce-specversion"]) {
      faults.push(faulty(request, "without " + name, [400], { headers: request.headers.filter(([n]) => n !== name) }));
    }
    faults.push(faulty(request, "an attribute twice", [400], { headers: add(request, "ce-type", "t") }));
    faults.push(
      faulty(request, "65 attributes", [400], {
        headers: [...request.headers, ...Array.from({ length: 65 }, (_, i) => ["ce-z" + i, "a"])],
      }),
    );
  }
  if (operation.id === "streamMessages") {
    for (const [name] of HANDSHAKE)
      faults.push(
        faulty(request, "without " + name, REFUSED, { headers: request.headers.filter(([n]) => n !== name) }),
      );
    for (const [name] of HANDSHAKE)
      faults.push(faulty(request, "odd " + name, REFUSED, { headers: set(request, name, "\x80odd, 8") }));
    faults.push(faulty(request, "from a browser", [403], { headers: add(request, "Origin", "https://example.com") }));
  }
  return fc.constantFrom(...faults);
}

/** Who asks, where keys are asked for. */
export function badKey(operation, request) {
  if (!operation.guarded) return [];
  return [
    fc
      .constantFrom("none", "unknown", "wrong-secret", "expired", "basic", "empty", "garbage", "long", "twice")
      .map((auth) => faulty(request, "key " + auth, [401], { auth })),
    fc.constant(faulty(request, "key of another scope", [403], { auth: "other" })),
  ];
}
