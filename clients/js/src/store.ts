/** Keeps a cursor, as opaque text, over the end of the process. */
export interface Store {
  /** Whether the client goes on without it where `load` fails, as a device that has no cursor of its own; else it waits. */
  readonly optional?: boolean;
  /** The last that was saved; undefined: there is none. */
  load(): string | undefined | Promise<string | undefined>;
  /** Fulfilled once it is kept. Called with one after the other. */
  save(cursor: string): unknown;
}

const CURSORS = "cursors";

/**
 * Keeps it in IndexedDB, which is opened for each time and closed again, so that nobody who deletes
 * it has to wait for this page.
 *
 * @param name whose cursor it is
 */
export function durable(name: string): Store {
  const inside = <T>(mode: IDBTransactionMode, work: (cursors: IDBObjectStore) => IDBRequest<T>) =>
    new Promise<T>((yes, no) => {
      const opening = indexedDB.open("tidegate", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(CURSORS);
      opening.onerror = () => no(opening.error);
      opening.onsuccess = () => {
        const database = opening.result;
        const transaction = database.transaction(CURSORS, mode);
        const request = work(transaction.objectStore(CURSORS));
        transaction.oncomplete = () => yes(request.result);
        transaction.onabort = () => no(transaction.error);
        database.close();
      };
    });
  return {
    optional: true,
    load: () => inside<string | undefined>("readonly", (cursors) => cursors.get(name)),
    save: (cursor) => inside("readwrite", (cursors) => cursors.put(cursor, name)),
  };
}
