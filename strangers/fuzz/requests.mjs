// Requests that the contract allows, for each of its operations.
import fc from "fast-check";
import { spaced } from "./values.mjs";

const BINARY = "*/*";
const token = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
const quotedTags = fc
  .array(fc.stringMatching(/^"[0-9]{1,4}"$/), { minLength: 1, maxLength: 3 })
  .map((tags) => tags.join(", "));
/** Eight of these become the number of the request, so that no two keys are the same by chance. */
const NUMBER = "@@@@@@@@";

const HEADERS = {
  traceparent: fc.oneof(fc.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/), token),
  tracestate: fc.oneof(fc.stringMatching(/^[a-z]{1,5}=[a-z0-9]{1,9}(,[a-z]{6,9}=x)?$/), token),
  Prefer: fc.oneof(
    fc.constantFrom("respond-async", "wait=10, respond-async", "return=minimal", "respond-async;x=y"),
    token,
  ),
  "Idempotency-Key": fc.stringMatching(/^([ !#-?A-\[\]-~]|\\["\\]){0,40}$/).map((text) => `"${text}${NUMBER}"`),
  "If-Match": fc.oneof(fc.constant("*"), quotedTags),
  "If-None-Match": fc.oneof(fc.constant("*"), quotedTags),
};

export const KINDS = {
  MessageRequest: "message",
  CloudEvent: "event",
  Policy: "policy",
  UserSettings: "settings",
  MembershipChange: "member",
  EndpointRequest: "endpoint",
};

/** A name in a path, written in one of the ways that it may be. */
function segment(name) {
  const escaped = [...Buffer.from(name)].map((b) => "%" + b.toString(16).padStart(2, "0")).join("");
  // Dots alone are of the path, and no name.
  return name === "." || name === ".." ? fc.constant(escaped) : fc.constantFrom(encodeURIComponent(name), escaped);
}

/** The value of a CloudEvents attribute in a header. */
function headerText(value, strict) {
  const text = String(value);
  return strict
    ? encodeURIComponent(text)
    : [...text].map((c) => (/[!#-$&-~]/.test(c) ? c : encodeURIComponent(c))).join("");
}

/** Every operation of a contract, with arbitraries of what it allows. */
export class Requests {
  constructor(values, bodies) {
    this.values = values;
    this.bodies = bodies;
    const operations = [];
    for (const [path, item] of Object.entries(values.contract.paths)) {
      for (const method of ["get", "put", "post", "delete", "patch", "head", "options", "trace"]) {
        if (item[method]) operations.push(this.operation(path, method, item));
      }
    }
    this.operations = operations;
  }

  operation(path, method, item) {
    const operation = item[method];
    const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
    const extra =
      { getPolicy: [404], deletePolicy: [404, 412], putPolicy: [412], putUserSettings: [422] }[operation.operationId] ??
      (path.includes("/endpoints/") && method !== "put" ? [404] : []);
    return {
      id: operation.operationId,
      path,
      method: method.toUpperCase(),
      others: ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"].filter(
        (m) => !item[m.toLowerCase()],
      ),
      guarded: "403" in operation.responses,
      packed: parameters.some((p) => p.name === "Content-Encoding"),
      keyed: parameters.some((p) => p.name === "Idempotency-Key"),
      conditional: parameters.some((p) => p.name === "If-Match"),
      inPath: parameters.filter((p) => p.in === "path"),
      headers: parameters.filter((p) => p.in === "header" && HEADERS[p.name] && !p.name.startsWith("ce-")),
      content: Object.entries(operation.requestBody?.content ?? {}),
      statuses: [
        ...Object.keys(operation.responses)
          .filter((s) => /^[123]/.test(s))
          .map(Number),
        ...extra,
      ],
    };
  }

  byId(id) {
    return this.operations.find((operation) => operation.id === id);
  }

  target(operation) {
    const endpoints = operation.path.includes("/endpoints");
    const names = operation.inPath.map((parameter) =>
      // Few policies and endpoints, so that they are found, replaced and deleted, and there is room for them.
      parameter.name === "name" || endpoints
        ? fc.integer({ min: 0, max: endpoints ? 2 : 20 }).map((n) => `${parameter.name === "name" ? "policy" : "owner"}.${n}`)
        : this.values.of(parameter.schema).chain(segment),
    );
    return fc
      .tuple(fc.tuple(...names), fc.option(fc.stringMatching(/^[a-z]{1,5}=[A-Za-z0-9%20]{0,5}$/), { freq: 8, nil: "" }))
      .map(([given, query]) => {
        let at = 0;
        return (
          operation.path.replace(/\{[a-z]+\}/g, () => given[at++]) + (query && !query.includes("%") ? "?" + query : "")
        );
      });
  }

  headerFields(operation) {
    const fields = Object.fromEntries(operation.headers.map((p) => [p.name, HEADERS[p.name]]));
    fields["X-Request-Id"] = fc.oneof(fc.stringMatching(/^[A-Za-z0-9._~:@+=-]{1,128}$/), token);
    fields["User-Agent"] = token;
    fields["Accept"] = fc.constantFrom("*/*", "application/json", "text/html;q=0.1");
    return fc.record(fields, { requiredKeys: [] }).map(Object.entries);
  }

  /** Content types with what may be in a body of them: a text, and the values that it was made of. */
  body(operation) {
    if (operation.content.length === 0) return fc.constant({ headers: [], text: null });
    return fc.oneof(...operation.content.map(([type, content]) => this.content(type, content)));
  }

  kind(content) {
    const schema = content["x-itemSchema"] ?? content.schema;
    return KINDS[schema.$ref?.split("/").at(-1)] ?? (schema.properties ? "token" : null);
  }

  content(type, content) {
    if (type === BINARY) return this.binary();
    const kind = this.kind(content);
    const one = this.bodies[kind];
    const typed = fc.constantFrom(type, `${type}; charset=utf-8`, `${type};charset="UTF-8"`);
    const single = fc
      .tuple(
        one.chain((value) => fc.tuple(fc.constant(value), spaced(value))),
        typed,
      )
      .map(([[value, text], said]) => ({ headers: [["Content-Type", said]], text, value, kind, shape: "one" }));
    const many = fc
      .tuple(fc.array(one, { minLength: 1, maxLength: 5 }), fc.constantFrom("", "\n", " \n\t\r\n"), typed)
      .map(([items, space, said]) => ({
        headers: [["Content-Type", said]],
        ...joined(
          type,
          items.map((item) => JSON.stringify(item)),
          space,
        ),
        kind,
      }));
    if (!content["x-itemSchema"]) return single;
    return type === "application/json" ? fc.oneof(single, many) : many;
  }

  binary() {
    const data = fc.oneof(
      fc.record({
        type: fc.constantFrom("text/plain", "application/octet-stream", "image/png; a=b"),
        bytes: fc.uint8Array({ maxLength: 60 }),
      }),
      fc.record({
        type: fc.constantFrom("application/json", "application/x+json", null),
        bytes: fc.jsonValue().map((v) => Buffer.from(JSON.stringify(v))),
      }),
    );
    return fc.tuple(this.bodies.event, data, fc.boolean()).map(([event, { type, bytes }, strict]) => {
      const headers = type === null ? [] : [["Content-Type", type]];
      for (const [name, value] of Object.entries(event)) {
        if (["data", "data_base64", "datacontenttype"].includes(name) || value === null) continue;
        // A header cannot be empty here, and what is not known need not be.
        if (value !== "") headers.push(["ce-" + name, headerText(value, strict)]);
      }
      return { headers, bytes: Buffer.from(bytes), shape: "binary" };
    });
  }

  /** Requests as they are sent, and what may be answered. */
  allowed(operation) {
    const framing =
      operation.content.length > 0 ? fc.constantFrom("length", "length", "chunked") : fc.constant("length");
    const pack = operation.packed
      ? fc.option(fc.constantFrom("gzip", "zstd"), { freq: 3, nil: null })
      : fc.constant(null);
    return fc
      .tuple(this.target(operation), this.headerFields(operation), this.body(operation), pack, framing)
      .map(([target, headers, body, packed, framing]) => ({
        operation: operation.id,
        method: operation.method,
        target,
        headers: operation.id === "streamMessages" ? [...headers, ...HANDSHAKE] : [...headers, ...body.headers],
        body: body.bytes ?? (body.text === null ? null : Buffer.from(body.text)),
        pack: packed,
        framing,
        auth: "full",
        statuses: operation.statuses,
        made: body,
      }));
  }
}

export const HANDSHAKE = [
  ["Connection", "Upgrade"],
  ["Upgrade", "websocket"],
  ["Sec-WebSocket-Version", "13"],
  ["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="],
  ["Sec-WebSocket-Protocol", "tidegate.ingest.v1"],
];

/** Items as one body: lines, with white space between them, or an array. */
export function joined(type, items, space = "") {
  return type.includes("ndjson")
    ? { text: items.map((item) => item + "\n" + space.replaceAll("\r\n", "\n")).join(""), shape: "lines", items }
    : { text: `${space}[${items.join("," + space)}]${space}`, shape: "array", items };
}
