/** PostgreSQL's wire messages as they pass, for whoever only listens. */
export interface Message {
  /** The type's letter; `startup` for the first one of a client, which has none. */
  readonly type: string;
  readonly body: Buffer;
}

const LENGTH_BYTES = 4;

export class MessageReader {
  #rest: Buffer = Buffer.alloc(0);
  #startupComes: boolean;

  /** @param ofClient whether this is what the client says */
  constructor(ofClient: boolean) {
    this.#startupComes = ofClient;
  }

  /** The messages that are whole with this chunk. */
  read(chunk: Buffer): readonly Message[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: Message[] = [];
    for (;;) {
      const typeBytes = this.#startupComes ? 0 : 1;
      if (this.#rest.length < typeBytes + LENGTH_BYTES) return messages;
      const end = typeBytes + this.#rest.readUInt32BE(typeBytes);
      if (this.#rest.length < end) return messages;
      const type = this.#startupComes ? "startup" : this.#rest.toString("latin1", 0, 1);
      messages.push({ type, body: this.#rest.subarray(typeBytes + LENGTH_BYTES, end) });
      this.#rest = this.#rest.subarray(end);
      this.#startupComes = false;
    }
  }
}
