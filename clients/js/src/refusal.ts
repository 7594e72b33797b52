import { range, type End, type Rule } from "./end.js";

/**
 * A request that was refused.
 *
 * @param isProblem whether the answer is a problem of the worker's; else somebody between has spoken
 * @param retryAfter the header's value; null: there was none
 */
export function refused(code: number, isProblem: boolean, retryAfter: string | null, reason: string): End {
  const seconds = /^\d+$/.test(retryAfter!) ? Number(retryAfter) * 1000 : 0;
  const final = ({ 400: "never", 401: "token", 403: "ghost" } as Record<number, Rule>)[code];
  return code === 503 || code === 429
    ? // Twice as long at most, so that not all come in the same moment.
      { rule: "backoff", reason, code, wait: seconds ? range(seconds, 2 * seconds) : undefined }
    : // What is not there, or not allowed, may be so with another transport.
      { rule: (isProblem && final) || (isProblem && code >= 500 ? "backoff" : "another"), reason, code };
}
