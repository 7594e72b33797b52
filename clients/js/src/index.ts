export { Tidegate } from "./tidegate.js";
export { TidegateError, type Options, type State } from "./options.js";
export type { Transport } from "./ladder.js";
export type { Message, Urgency } from "./message.js";
export { durable, type Store } from "./store.js";
