import { LRUCache } from "lru-cache";

/**
 * Ids of one stream that are remembered, from the newest backwards. A repeat of an older event still is one that the
 * request register and the stream's own state know.
 */
export const MOST_IDS = 50_000;

/** What this instance knows of a stream: its newest ids. */
export interface KnownStream {
  /** The last revision; -1 for an empty stream. */
  readonly head: number;
  readonly revisions: ReadonlyMap<string, number>;
}

interface Entry {
  head: number;
  readonly revisions: Map<string, number>;
}

/** Which ids stand where, of the streams last used: the server itself recognises a repeat at the same revision only. */
export class KnownStreams {
  static readonly empty: KnownStream = { head: -1, revisions: new Map() };
  readonly #streams: LRUCache<string, Entry>;

  /** @param mostIds how many ids are kept over all streams */
  constructor(mostIds = 500_000) {
    this.#streams = new LRUCache({ maxSize: mostIds });
  }

  get(stream: string): KnownStream | undefined {
    return this.#streams.get(stream);
  }

  /** Takes in what was read or written from revision `first` on, if it goes on from what is known. */
  learn(stream: string, first: number, events: readonly { readonly id: string }[]): void {
    const known = this.#streams.get(stream);
    if (known === undefined) {
      if (first === 0 && events.length > 0) this.replace(stream, 0, events);
      return;
    }
    const last = first + events.length - 1;
    if (first > known.head + 1 || last <= known.head) return;
    for (const [offset, { id }] of events.entries()) {
      if (first + offset > known.head) known.revisions.set(id, first + offset);
    }
    known.head = last;
    if (known.revisions.size > MOST_IDS * 2) forgetOldest(known);
    this.#streams.set(stream, known, { size: known.revisions.size + 1 });
  }

  /** Takes what was read from revision `first` to the head as all there is to know. */
  replace(stream: string, first: number, events: readonly { readonly id: string }[]): KnownStream {
    const revisions = new Map(events.map(({ id }, offset) => [id, first + offset]));
    const entry = { head: first + events.length - 1, revisions };
    this.#streams.set(stream, entry, { size: revisions.size + 1 });
    return entry;
  }
}

function forgetOldest(known: Entry): void {
  const oldest = known.head + 1 - MOST_IDS;
  for (const [id, revision] of known.revisions) {
    if (revision < oldest) known.revisions.delete(id);
  }
}
