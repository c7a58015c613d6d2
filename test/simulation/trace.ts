import { createHash } from "node:crypto";

/** What happened, step by step: short lines for people, and a hash that tells two runs apart. */
export class Trace {
  readonly #lines: string[] = [];
  readonly #hash = createHash("sha256");

  add(line: string): void {
    this.#lines.push(line);
    this.#hash.update(`${line}\n`);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  hash(): string {
    return this.#hash.copy().digest("hex");
  }
}

/** Stands for a value in the trace; the order of a query's rows is nobody's promise. */
export function digest(value: unknown): string {
  const known = Array.isArray(value) ? value.map((one) => JSON.stringify(one)).sort() : [value];
  return createHash("sha1").update(JSON.stringify(known)).digest("hex").slice(0, 8);
}
