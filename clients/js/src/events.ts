/**
 * Reads Server-Sent Events (WHATWG HTML, 9.2.6), as they come in pieces of any size. Of an event
 * only its data is of use here: everything else stands in it, too. Its lines end all alike.
 */
export class Events {
  readonly #most: number;
  #rest = "";

  /**
   * @param most characters of an event
   */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * @returns the data of each event that is complete now
   * @throws Error if an event is too long
   */
  take(piece: string): string[] {
    const events = (this.#rest + piece).split(/\n\n|\r\n\r\n|\r\r/);
    this.#rest = events.pop()!;
    if (this.#rest.length > this.#most) {
      throw new Error("too long");
    }
    // Lines end with these alone, though a regular expression's also end with U+2028.
    return events.flatMap((event) => {
      const data = event.split(/\r\n?|\n/).filter((line) => line.startsWith("data:"));
      return data.length ? data.map((line) => line.slice(5).replace(/^ /, "")).join("\n") : [];
    });
  }
}
