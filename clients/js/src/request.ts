import { writeCursor } from "./cursor.js";
import type { End } from "./end.js";
import type { Hello } from "./link.js";
import type { Checked } from "./options.js";
import { refused } from "./refusal.js";

/** Of a refusal, so much is read. Characters. */
const MOST_PROBLEM = 4096;

/**
 * Asks a worker: the hello goes as parameters, its token in a header.
 *
 * @param type of the answer; with `init.body`, of what is sent
 * @param more further parameters
 * @throws End if the answer is another
 */
export async function ask(
  { url, fetch }: Checked,
  path: string,
  { token, resume, ...fields }: Hello,
  type: string,
  more: object,
  { signal, ...init }: RequestInit,
): Promise<Response> {
  // What is undefined is left out of JSON.
  const all = JSON.parse(JSON.stringify({ ...fields, cursor: resume && writeCursor(resume), ...more }));
  const answer = await fetch(`${url}/v1/${path}?${new URLSearchParams(all)}`, {
    cache: "no-store",
    headers: { [init.body ? "content-type" : "accept"]: type, ...(token && { authorization: `Bearer ${token}` }) },
    signal: signal!,
    ...init,
  });
  if (answer.status === 204 || (answer.ok && isOf(answer, type))) {
    return answer;
  }
  throw await refusal(answer);
}

function isOf(answer: Response, type: string): boolean {
  return !!answer.headers.get("content-type")?.startsWith(type);
}

/** Hands on the text of an answer in the pieces it comes in. */
export async function read(answer: Response, take: (piece: string) => void): Promise<void> {
  const reader = answer.body!.getReader();
  const decoder = new TextDecoder();
  try {
    for (let part; !(part = await reader.read()).done; ) {
      take(decoder.decode(part.value, { stream: true }));
    }
  } finally {
    // What the server still sends is given up, too.
    reader.cancel().catch(() => {});
  }
}

/**
 * The whole of an answer.
 *
 * @param most characters
 * @throws Error if there are more
 */
export async function whole(answer: Response, most: number): Promise<string> {
  let text = "";
  await read(answer, (piece) => {
    text += piece;
    if (text.length > most) {
      throw new Error("too long");
    }
  });
  return text;
}

async function refusal(answer: Response): Promise<End> {
  const { status, headers } = answer;
  let reason = `answered ${status}`;
  try {
    reason = JSON.parse(await whole(answer, MOST_PROBLEM)).detail ?? reason;
  } catch {
    // The status says enough.
  }
  return refused(status, isOf(answer, "application/problem+json"), headers.get("retry-after"), reason);
}
