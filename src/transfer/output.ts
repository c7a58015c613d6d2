import { createHash, type Hash } from "node:crypto";
import { once } from "node:events";
import type { Writable } from "node:stream";

/** Whoever reads has stopped: nothing is wrong, and there is nothing more to do. */
export class ClosedPipeError extends Error {
  override readonly name = "ClosedPipeError";
}

/** Writes lines as fast as they are read at the other end, and keeps their digest. */
export class LineOutput {
  readonly #out: Writable;
  readonly #digest: Hash = createHash("sha256");
  readonly #failed: Promise<never>;
  #failure: Error | undefined;

  constructor(out: Writable) {
    this.#out = out;
    this.#failed = new Promise((_, reject) => {
      out.on("error", (error: NodeJS.ErrnoException) => {
        this.#failure =
          error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED"
            ? new ClosedPipeError("the reader has gone", { cause: error })
            : error;
        reject(this.#failure);
      });
    });
    this.#failed.catch(() => undefined);
  }

  /** @throws ClosedPipeError when nobody reads any more */
  async write(lines: readonly string[]): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (lines.length === 0) return;
    const text = `${lines.join("\n")}\n`;
    this.#digest.update(text);
    if (!this.#out.write(text)) await Promise.race([once(this.#out, "drain"), this.#failed]);
  }

  /** Of every line so far. */
  digest(): string {
    return this.#digest.copy().digest("hex");
  }

  /** Resolves when everything has left. */
  async flushed(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const left = new Promise<void>((resolve, reject) => {
      this.#out.write("", (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    left.catch(() => undefined);
    await Promise.race([left, this.#failed]);
  }
}
