// Values that a schema of the contract allows, as fast-check makes and shrinks them.
import fc from "fast-check";

const DAY_MS = 86_400_000;
const WIDE = ["é", "ß", "я", "語", "\u0301", "😀", "𝒳", "\u200d", "\u2028", "\ufeff", "\uffff"];

const char = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)) },
  { weight: 2, arbitrary: fc.constantFrom(...WIDE) },
);

/** One line of text that fits in bounds however it is counted: in UTF-16 units, or in bytes of UTF-8. */
export function line(least, most, bytes = false) {
  const size = (text) => (bytes ? Buffer.byteLength(text) : text.length);
  return fc
    .oneof(
      { weight: 30, arbitrary: fc.string({ unit: char, minLength: least, maxLength: Math.min(most, 24) }) },
      { weight: 1, arbitrary: fc.constant("x".repeat(most)) },
      { weight: 1, arbitrary: fc.constantFrom(...WIDE).map((c) => c.repeat(Math.floor(most / size(c)))) },
    )
    .filter((text) => size(text) >= least && size(text) <= most);
}

/** An instant so many days around the day of the run, in any form that RFC 3339 has. */
export function instant(today, fromDays, toDays) {
  const offset = fc.constantFrom("Z", "z", "+00:00", "-00:00", "+05:30", "-11:00", "+14:00");
  return fc
    .tuple(
      fc.integer({ min: fromDays * DAY_MS, max: toDays * DAY_MS }),
      offset,
      fc.stringMatching(/^(\.[0-9]{1,9})?$/),
      fc.constantFrom("T", "t"),
    )
    .map(([ms, zone, fraction, t]) => {
      const hours = /^[+-]/.test(zone) ? Number(zone.slice(0, 3)) : 0;
      const minutes = /^[+-]/.test(zone) ? Number(zone.slice(4)) : 0;
      const local = new Date(today + ms + (hours * 60 + minutes) * 60_000);
      return local.toISOString().slice(0, 19).replace("T", t) + fraction + zone;
    });
}

const reference = fc.oneof(
  fc.constantFrom("/v1/messages", "urn:a:b", "https://example.com/x?y=z#f", "a", "//h/p", "?q", "#f", "mailto:a@b.c"),
  fc.stringMatching(/^[a-z]{1,8}:[a-z0-9/._~-]{1,40}$/),
  fc.constant("/" + "s".repeat(255)),
);

/** Milliseconds as an ISO 8601 duration of days, hours, minutes and seconds. */
function duration(leastMs, mostMs) {
  const text = (ms) => {
    const all = Math.floor(ms / 1000);
    const rest = ms % 1000 === 0 ? "" : "." + String(ms % 1000).padStart(3, "0");
    const [days, hours, minutes, seconds] = [
      Math.floor(all / 86_400),
      Math.floor(all / 3_600) % 24,
      Math.floor(all / 60) % 60,
      all % 60,
    ];
    return fc.constantFrom(
      `PT${all}${rest}S`,
      `P${days}DT${hours}H${minutes}M${seconds}${rest}S`,
      ...(ms % DAY_MS === 0 ? [`P${ms / DAY_MS}D`] : []),
    );
  };
  return fc.oneof(fc.integer({ min: leastMs, max: mostMs }), fc.constantFrom(leastMs, mostMs)).chain(text);
}

const seconds = (least, most) =>
  fc.oneof(
    fc.integer({ min: least, max: most }),
    fc.double({ min: least, max: most, noNaN: true }).map(Math.abs),
    fc.constantFrom(least, most),
  );

export const json = fc.jsonValue({ maxDepth: 4 });

/** Any bytes of JSON, white space around them included. */
export const spaced = (value) =>
  fc
    .constantFrom("", " ", "\n", "\t \r\n")
    .map((space) => space + JSON.stringify(value, null, space === "" ? 0 : 1) + space);

const traceparent = fc
  .tuple(fc.stringMatching(/^[0-9a-f]{31}[1-9a-f]$/), fc.stringMatching(/^[0-9a-f]{15}[1-9a-f]$/))
  .map(([trace, span]) => `00-${trace}-${span}-01`);

const zone = fc.constantFrom(
  "UTC",
  "Z",
  "Europe/Berlin",
  "America/St_Johns",
  "Asia/Kathmandu",
  "+05:45",
  "GMT+2",
  "Etc/GMT-14",
);

/**
 * What the contract says in words and a schema cannot: by the last names on the way to a value. The
 * bounds of a list, an object or a number are never here.
 */
function words(today) {
  return {
    User: line(1, 256, true),
    Timezone: zone,
    "MessageRequest.data": json,
    "MessageRequest.source": reference,
    "MessageRequest.deliver_at": instant(today, -400, 29),
    "MessageRequest.ttl": fc.oneof(seconds(0, 2_592_000), duration(0, 30 * DAY_MS)),
    "CloudEvent.source": reference,
    "CloudEvent.time": instant(today, -400, 400),
    "CloudEvent.deliverat": instant(today, -400, 14),
    "CloudEvent.expirytime": instant(today, 16, 29),
    "CloudEvent.traceparent": traceparent,
    "CloudEvent.subject": fc.oneof(
      line(1, 256, true).map((user) => "user/" + user),
      fc.stringMatching(/^group\/[A-Za-z0-9._~:@+-]{1,128}$/),
      fc.constant("all"),
    ),
    "UserSettings.policy": fc.integer({ min: 0, max: 20 }).map((n) => `policy.${n}`),
    "Limit.window": duration(1, 366 * DAY_MS),
    "Batch.window": duration(0, DAY_MS),
    "Policy.smoothing": duration(0, 3_600_000),
    "Mailbox.ttl": duration(1_000, 366 * DAY_MS),
    "Token.ttl": fc.oneof(seconds(1, 86_400), duration(1_000, DAY_MS)),
  };
}

/** Names for places of the contract whose values `words` speaks of and that have none there. */
const PLACES = {
  "Policy.limits[]": "Limit",
  "Policy.batch": "Batch",
  "Policy.mailbox": "Mailbox",
};

/** Makes arbitraries of the schemas of one contract. */
export class Values {
  constructor(contract, today) {
    this.contract = contract;
    this.today = today;
    this.words = words(today);
    this.made = new Map();
  }

  at(pointer) {
    return pointer
      .slice(2)
      .split("/")
      .reduce((node, step) => node[step.replaceAll("~1", "/").replaceAll("~0", "~")], this.contract);
  }

  named(name) {
    return this.of({ $ref: "#/components/schemas/" + name });
  }

  /** @param place the name of the schema that the value lies in, and of the field */
  of(schema, place = "") {
    if (this.words[place]) return this.words[place];
    if (schema.$ref) {
      const name = schema.$ref.split("/").at(-1);
      // What stands at a place narrows what is said of a type everywhere.
      const key = this.words[name] ? name : name === "Duration" ? place : name;
      if (!this.made.has(key)) this.made.set(key, this.words[key] ?? this.of(this.at(schema.$ref), name));
      return this.made.get(key);
    }
    if ("const" in schema) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    if (schema.oneOf) return fc.oneof(...schema.oneOf.map((one) => this.of(one, place)));
    const types = [schema.type ?? "any"].flat();
    return fc.oneof(...types.map((type) => this.ofType(type, schema, place)));
  }

  ofType(type, schema, place) {
    switch (type) {
      case "null":
        return fc.constant(null);
      case "boolean":
        return fc.boolean();
      case "integer":
        return fc.oneof(
          fc.integer({ min: schema.minimum, max: schema.maximum }),
          fc.integer({ min: schema.minimum, max: Math.min(schema.maximum, schema.minimum + 20) }),
          fc.constantFrom(schema.minimum, schema.maximum),
        );
      case "number":
        return fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
      case "string":
        if (schema.pattern)
          return fc.stringMatching(new RegExp(schema.pattern)).filter((text) => !/[\r\n\u2028\u2029]/.test(text));
        if (schema.contentEncoding === "base64")
          return fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString("base64"));
        return line(schema.minLength ?? 0, schema.maxLength ?? 64);
      case "array":
        return this.array(schema, place);
      case "object":
        return this.object(schema, place);
      default:
        return json;
    }
  }

  array(schema, place) {
    const items = this.of(schema.items, PLACES[place + "[]"] ?? place + "[]");
    const bounds = { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 5, 5) };
    return schema.uniqueItems ? fc.uniqueArray(items, bounds) : fc.array(items, bounds);
  }

  object(schema, place) {
    const inside = PLACES[place] ?? place;
    const fields = {};
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      fields[name] = this.of(field, `${inside}.${name}`);
    }
    return fc.record(fields, { requiredKeys: schema.required ?? [], noNullPrototype: true });
  }
}
