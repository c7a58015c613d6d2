import { createHash } from "node:crypto";
import { byteOf, type Incoming } from "./transactions.ts";

/** What a dry run would have stored so far: of each transaction its id and a digest of what it says. */

/** Some 100 MB. What comes after the first so many is compared with what is stored only. */
const MOST = 1_000_000;

export class TriedTransactions {
  /** Many small ones: one map of a million holds the thread each time it grows. */
  readonly #digests = Array.from({ length: 256 }, () => new Map<string, number>());
  #count = 0;

  /** Whether one came before by its id: with the same content, or with other. */
  standingOf(item: Incoming): "NEW" | "SAME" | "OTHER" {
    const digests = this.#digests[byteOf(item.transactionId)];
    const digest = digestOf(item);
    const before = digests?.get(item.transactionId);
    if (before !== undefined) return before === digest ? "SAME" : "OTHER";
    if (this.#count < MOST) {
      digests?.set(item.transactionId, digest);
      this.#count += 1;
    }
    return "NEW";
  }
}

function digestOf(item: Incoming): number {
  return createHash("sha256").update(JSON.stringify(item)).digest().readUIntBE(0, 6);
}
