// The cases that are played: one request, or several that belong together.
import fc from "fast-check";
import { badBytes, spoiled } from "./faults.mjs";
import { againstWords } from "./words.mjs";
import { KINDS, joined } from "./requests.mjs";
import { REFUSED, badHeaders, badKey, badPacking, badPath, faulty, oddPath, set } from "./wire.mjs";

function ofKind(name) {
  return Object.entries(KINDS).find(([, kind]) => kind === name)?.[0];
}

function schemaOf(operation, kind) {
  return kind === "token" ? operation.content[0][1].schema : { $ref: "#/components/schemas/" + ofKind(kind) };
}

/** What may be wrong with a body of an operation that reads JSON. */
function badBody(values, operation, request) {
  const { value, kind, shape } = request.made;
  if (shape !== "one") return [];
  const worded = againstWords(kind, value, values.today);
  return [
    spoiled(values, schemaOf(operation, kind), value).map(({ fault, text }) =>
      // An array is a batch where messages are sent, whatever is in it.
      faulty(request, fault, kind === "message" && text.startsWith("[") ? REFUSED : [400, 413], {
        body: Buffer.from(text),
      }),
    ),
    badBytes(request.body).map(({ fault, body }) => faulty(request, fault, [400, 413], { body })),
    fc
      .constantFrom(...worded)
      .map(({ fault, text, statuses }) => faulty(request, fault, statuses, { body: Buffer.from(text) })),
  ];
}

function wrong(values, operation, request) {
  return fc.oneof(
    ...(operation.content.length > 0
      ? [
          ...badBody(values, operation, request).map((arbitrary) => ({ arbitrary, weight: 3 })),
          ...badPacking(operation, request),
        ]
      : []),
    ...badPath(operation, request),
    ...badKey(operation, request),
    oddPath(request),
    badHeaders(operation, request),
    fc
      .constantFrom(...operation.others)
      .map((method) =>
        faulty(request, "method " + method, [405], { method, framing: request.body ? request.framing : "length" }),
      ),
    fc.constantFrom("HEAD").map((method) => faulty(request, "HEAD", null, { method, body: null, pack: null })),
  );
}

/** A batch, and each of its items alone. */
function batches(values, requests, bodies) {
  const of = (id, type, kind, alone) => {
    const operation = requests.byId(id);
    const schema = { $ref: "#/components/schemas/" + ofKind(kind) };
    const item = bodies[kind].chain((value) =>
      fc.oneof(
        { weight: 3, arbitrary: fc.constant(JSON.stringify(kind === "message" ? { id: "given", ...value } : value)) },
        {
          weight: 2,
          arbitrary: spoiled(values, schema, value)
            .map(({ text }) => text)
            .filter((text) => balanced(text)),
        },
      ),
    );
    return fc
      .tuple(fc.array(item, { minLength: 1, maxLength: 8 }), requests.target(operation))
      .map(([items, target]) => {
        const request = (body, contentType) => ({
          operation: id,
          method: "POST",
          target,
          headers: [["Content-Type", contentType]],
          body: Buffer.from(body),
          framing: "length",
          auth: "full",
          pack: null,
        });
        return {
          kind: "batch",
          request: { ...request(joined(type, items).text, type), statuses: [200] },
          alone: items.map((text) => ({
            ...request(text + (alone === type ? "\n" : ""), alone),
            statuses: [200, 202, 400, 413],
          })),
        };
      });
  };
  return fc.oneof(
    of("sendMessages", "application/x-ndjson", "message", "application/json"),
    of("sendMessages", "application/json", "message", "application/json"),
    of("sendEvents", "application/cloudevents-batch+json", "event", "application/cloudevents+json"),
    of("changeMembers", "application/x-ndjson", "member", "application/x-ndjson"),
  );
}

/** Whether where a spoiled item ends can be told, so that it spoils only itself. */
function balanced(text) {
  try {
    JSON.parse(text);
    return !Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

/** A request with a key that comes again, and then with another body. */
function twice(requests) {
  return fc
    .constantFrom("sendMessages", "sendEvents")
    .chain((id) => requests.allowed(requests.byId(id)))
    .map((request) => {
      const keyed = { ...request, headers: set(request, "Idempotency-Key", '"again@@@@@@@@"') };
      return {
        kind: "twice",
        request: keyed,
        other: {
          ...keyed,
          body: Buffer.concat([request.body ?? Buffer.alloc(0), Buffer.from(" \n")]),
          statuses: [422],
        },
      };
    });
}

/** A policy that is put, asked for, put again as it was answered, and deleted. */
function policies(requests, bodies) {
  return fc.tuple(bodies.policy, fc.integer({ min: 0, max: 20 })).map(([policy, n]) => {
    const request = (method, statuses, body) => ({
      operation: method.toLowerCase() + "Policy",
      method,
      target: `/v1/policies/kept.${n}`,
      headers: body ? [["Content-Type", "application/json"]] : [],
      body,
      framing: "length",
      auth: "full",
      pack: null,
      statuses,
    });
    return {
      kind: "policy",
      put: request("PUT", [200, 201], Buffer.from(JSON.stringify(policy))),
      get: request("GET", [200], null),
      remove: request("DELETE", [204], null),
      gone: request("GET", [404], null),
    };
  });
}

/** All of it, every operation as often as any other. */
export function cases(values, requests, bodies) {
  const allowed = fc.constantFrom(...requests.operations).chain((operation) =>
    requests
      .allowed(operation)
      .chain((request) => fc.oneof(fc.constant(request), { weight: 2, arbitrary: wrong(values, operation, request) }))
      .map((request) => ({ kind: "one", request })),
  );
  return fc.oneof(
    { weight: 20, arbitrary: allowed },
    { weight: 1, arbitrary: batches(values, requests, bodies) },
    { weight: 1, arbitrary: twice(requests) },
    { weight: 1, arbitrary: policies(requests, bodies) },
  );
}
