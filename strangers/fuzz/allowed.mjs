// What of two fields, or of a whole, the contract says in words: makes allowed bodies of what the schemas allow.
import fc from "fast-check";
import { line } from "./values.mjs";

const extension = fc.stringMatching(/^x[a-z0-9]{1,18}$/);
const MEDIA = ["text/plain", "text/plain; charset=utf-8", "application/xml", "image/png"];

function message(value) {
  const message = { ...value };
  const zero = message.ttl !== undefined && (Number(message.ttl) === 0 || /^P(0D)?T?([0.HMS]*)$/.test(message.ttl));
  // 0 means deliver now or never.
  if (zero) delete message.deliver_at;
  return message;
}

/** Data is JSON by default; other types have text, or bytes. */
function event({ event, extra, kind, media, text, bytes }) {
  const { data, data_base64, datacontenttype, expirytime, time, deliverat, ...rest } = event;
  const whole = { ...extra, ...rest };
  if (time !== undefined) whole.time = time;
  if (deliverat !== undefined) whole.deliverat = deliverat;
  if (expirytime !== undefined) {
    whole.expirytime = expirytime;
    // Not after time would be "deliver now or never".
    delete whole.time;
  }
  switch (kind) {
    case "json":
      if (data !== undefined) whole.data = data;
      if (bytes[0] & 1) whole.datacontenttype = "application/json";
      return whole;
    case "text":
      return { ...whole, datacontenttype: media, data: text };
    case "bytes":
      return { ...whole, datacontenttype: media, data_base64: Buffer.from(bytes).toString("base64") };
    default:
      return { ...whole, data_base64: Buffer.from(JSON.stringify(text)).toString("base64") };
  }
}

/** Rules that are named are named differently; a burst is at most its limit, which never is too many. */
function policy(value) {
  const names = new Set();
  const named = (rule) => {
    const { name, ...rest } = rule;
    if (name === undefined || names.has(name)) return rest;
    names.add(name);
    return rule;
  };
  const policy = { ...value };
  if (policy.limits) {
    policy.limits = policy.limits.map((rule) =>
      named(rule.burst === undefined ? rule : { ...rule, burst: Math.min(rule.burst, rule.limit) }),
    );
  }
  if (policy.caps) policy.caps = policy.caps.map(named);
  return policy;
}

/** Allowed bodies, as values, by the name of what is in them. */
export function bodies(values) {
  const policies = values.named("Policy").map(policy);
  const token = values.of(values.at("#/paths/~1v1~1tokens/post/requestBody/content/application~1json/schema"), "Token");
  return {
    message: values.named("MessageRequest").map((value) => message(value)),
    event: fc
      .record({
        event: values.named("CloudEvent"),
        extra: fc.dictionary(extension, fc.oneof(line(0, 20), fc.integer(), fc.boolean(), fc.constant(null)), {
          maxKeys: 3,
          noNullPrototype: true,
        }),
        kind: fc.constantFrom("json", "json", "text", "bytes", "base64json"),
        media: fc.constantFrom(...MEDIA),
        text: line(0, 40),
        bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
      })
      .map(event),
    policy: policies,
    // Of a policy that is there they are mostly not, nor do overrides fit it: by themselves they always are good.
    settings: fc
      .tuple(values.named("UserSettings"), policies, fc.boolean(), fc.boolean())
      .map(([{ overrides: _, policy, ...alone }, overrides, given, named]) => ({
        ...alone,
        ...(named && policy !== undefined ? { policy } : {}),
        ...(given ? { overrides } : {}),
      })),
    member: values.named("MembershipChange"),
    endpoint: fc
      .tuple(fc.constantFrom("https", "http", "HTTPS"), fc.webPath(), fc.constantFrom("", ":8443", ":80"))
      .map(([scheme, path, port]) => ({ url: `${scheme}://hooks.example.com${port}${path}` })),
    token,
  };
}
