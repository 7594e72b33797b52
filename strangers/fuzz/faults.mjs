// One thing wrong with what was allowed.
import fc from "fast-check";

const JUNK = [null, true, 12, "word", [], {}, ["word"], { a: 1 }];
const ODD_TEXTS = [
  "\u20ac not this",
  "yesterday",
  "P1Y",
  "PT",
  "PT-1S",
  "-PT-1S",
  "pt1s",
  "1e3",
  "2026-01-01",
  "2026-02-30T00:00:00Z",
  "2026-01-01T25:00:00Z",
];
const typeOf = (value) =>
  value === null ? "null" : Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;

/** Every place of a value that a schema speaks of. */
function places(values, schema, value, path = []) {
  let node = schema;
  while (node.$ref) node = values.at(node.$ref);
  const types = typesOf(node);
  if (node.oneOf) {
    const fits = (one) =>
      (one.required ?? []).every((name) => value !== null && typeof value === "object" && name in value) &&
      typesOf(one).includes(typeOf(value));
    node = node.oneOf.find((one) => fits(one)) ?? node;
  }
  const found = [{ path, schema: node, value, types }];
  if (typeOf(value) === "object" && node.properties) {
    for (const [name, inner] of Object.entries(value)) {
      if (node.properties[name]) found.push(...places(values, node.properties[name], inner, [...path, name]));
    }
  }
  if (typeOf(value) === "array" && node.items) {
    value.forEach((inner, i) => found.push(...places(values, node.items, inner, [...path, i])));
  }
  return found;
}

function typesOf(schema) {
  if ("const" in schema) return [typeOf(schema.const)];
  if (schema.enum) return [...new Set(schema.enum.map(typeOf))];
  if (schema.oneOf) return schema.oneOf.flatMap(typesOf);
  const types = [schema.type ?? []].flat();
  return types.includes("number") ? [...types, "integer"] : types;
}

/** A copy with another value at a place; undefined takes it away. */
function changed(value, path, other) {
  if (path.length === 0) return other;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  const [step, ...rest] = path;
  if (rest.length === 0 && other === undefined) delete copy[step];
  else copy[step] = changed(copy[step], rest, other);
  return copy;
}

/** What may be wrong at a place: names and what stands there instead. */
function wrongs({ schema, value, types }) {
  const wrong = [];
  const add = (name, other) => wrong.push({ name, other });
  const any = types.length === 0;
  if (!any) {
    for (const junk of JUNK) if (!types.includes(typeOf(junk))) add("wrong type", junk);
  }
  if (schema.enum || "const" in schema) {
    if (types.includes("string")) add("unknown word", "neither-of-them");
    return wrong;
  }
  switch (typeOf(value)) {
    case "string":
      if (schema.maxLength) add("too long", "x".repeat(schema.maxLength + 1));
      if (schema.minLength) add("empty", "");
      if (schema.pattern || schema.format === "date-time") {
        for (const text of ODD_TEXTS)
          if (!schema.pattern || !new RegExp(schema.pattern).test(text)) add("against the pattern", text);
      }
      if (schema.format === "uri-reference") add("no reference", "a b");
      if (!any && schema.contentEncoding !== "base64") add("control character", value + "\u0000");
      if (schema.contentEncoding === "base64") add("no base64", "=a=");
      break;
    case "integer":
    case "number":
      if ("minimum" in schema) add("too small", schema.minimum - 1);
      if ("maximum" in schema) add("too large", schema.maximum + 1);
      if (types.includes("integer") && !types.includes("number")) add("a fraction", value + 0.5);
      break;
    case "array":
      if (schema.minItems) add("too few", []);
      if (schema.maxItems && value.length > 0) add("too many", Array(schema.maxItems + 1).fill(value[0]));
      if (schema.uniqueItems && value.length > 0) add("twice", [...value, value[0]]);
      break;
    case "object":
      for (const name of schema.required ?? []) add("without " + name, changed(value, [name], undefined));
      if (schema.additionalProperties === false) add("unknown field", { ...value, unknown_field: 1 });
      break;
  }
  return wrong;
}

/** A JSON text with one thing wrong with a value in it, or with the text itself. */
export function spoiled(values, schema, value) {
  const all = places(values, schema, value).flatMap((place) =>
    wrongs(place).map(({ name, other }) => ({
      fault: `${name} at ${place.path.join(".") || "the top"}`,
      text: JSON.stringify(changed(value, place.path, other)),
    })),
  );
  const text = JSON.stringify(value);
  const first = Object.keys(value)[0];
  if (first !== undefined) {
    all.push({
      fault: "a name twice",
      text: `{${JSON.stringify(first)}:${JSON.stringify(value[first])},${text.slice(1)}`,
    });
  }
  all.push(
    { fault: "something behind it", text: text + "{}" },
    { fault: "not JSON", text: text.slice(0, -1) + ",}" },
    { fault: "a comment", text: "/**/" + text },
    { fault: "cut short", text: text.slice(0, Math.floor(text.length / 2)) },
  );
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...all) },
    { weight: 1, arbitrary: fc.constantFrom(...all.slice(-5)) },
  );
}

const bytes = (text) => Buffer.from(text, "latin1");

/** Bodies that are wrong as bytes, whatever they should be; as JSON objects. */
export function badBytes(body) {
  const whole = bytes(body.toString("latin1").trimEnd());
  const at = fc.nat({ max: Math.max(0, body.length - 1) });
  const insert = (what, name) =>
    at.map((i) => ({ fault: name, body: Buffer.concat([body.subarray(0, i), what, body.subarray(i)]) }));
  return fc.oneof(
    insert(bytes("\xff"), "no UTF-8"),
    insert(bytes("\xc0\xaf"), "overlong UTF-8"),
    insert(bytes("\xed\xa0\x80"), "a surrogate in UTF-8"),
    fc.nat({ max: whole.length - 1 }).map((i) => ({ fault: "cut short", body: whole.subarray(0, i) })),
    fc.constantFrom(
      { fault: "empty", body: Buffer.alloc(0) },
      { fault: "white space", body: bytes(" \n ") },
      { fault: "a BOM", body: Buffer.concat([bytes("\xef\xbb\xbf"), body]) },
      { fault: "UTF-16", body: Buffer.from("\ufeff" + body.toString(), "utf16le") },
      { fault: "too deep", body: bytes('{"data":' + "[".repeat(70) + "]".repeat(70) + "}") },
      { fault: "much too deep", body: bytes('{"data":' + '{"a":'.repeat(20_000)) },
      { fault: "an endless number", body: bytes('{"ttl":1' + "0".repeat(2_000) + "}") },
      { fault: "a huge exponent", body: bytes('{"ttl":1e999999999}') },
      { fault: "NaN", body: bytes('{"data":NaN}') },
      { fault: "a string", body: bytes('"word"') },
      { fault: "null", body: bytes("null") },
      { fault: "nothing known", body: bytes("\x00\x01\x02\x03") },
    ),
    fc
      .uint8Array({ minLength: 1, maxLength: 40 })
      .map((random) => ({ fault: "random bytes", body: Buffer.concat([bytes("\x01"), random]) })),
  );
}
