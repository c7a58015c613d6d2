import { z } from "zod";

/** What a simulator can be told to do wrong. */

const LATE = /^late:(\d{1,6})$/;
const STATUS = /^status:([45]\d\d)$/;

export type Fault =
  /** It answers as it should. */
  | { readonly kind: "none" }
  /** It does nothing, and never answers. */
  | { readonly kind: "hang" }
  /** It does what was asked, and answers after so many milliseconds. */
  | { readonly kind: "late"; readonly ms: number }
  /** It does what was asked, and answers with what is not of the contract. */
  | { readonly kind: "garbage" }
  /** It does nothing, and answers with this status. */
  | { readonly kind: "status"; readonly status: number }
  /** It closes the connection before it does anything. */
  | { readonly kind: "drop" }
  /** It does what was asked, and closes the connection without an answer. */
  | { readonly kind: "drop-after-processing" };

const SIMPLE = ["none", "hang", "garbage", "drop", "drop-after-processing"] as const;

export const FAULTS_IN_WORDS = `${SIMPLE.join(", ")}, late:<ms> or status:<4xx or 5xx>`;

export function parseFault(text: string): Fault | null {
  const late = LATE.exec(text)?.[1];
  if (late !== undefined) return { kind: "late", ms: Number(late) };
  const status = STATUS.exec(text)?.[1];
  if (status !== undefined) return { kind: "status", status: Number(status) };
  const kind = SIMPLE.find((one) => one === text);
  return kind === undefined ? null : { kind };
}

const fault = z.string().transform((text, context): Fault => {
  const parsed = parseFault(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: "custom", message: FAULTS_IN_WORDS });
  return z.NEVER;
});

/** `next`: for the next requests, one each; `always`: for those after them. `on`: of paths that end so; null: of all others. */
export const faultsBody = z.strictObject({
  on: z.string().min(1).nullable().default(null),
  next: z.array(fault).max(10_000).default([]),
  always: fault.nullable().default(null),
});

interface Lined {
  readonly next: Fault[];
  readonly always: Fault;
}

export class Faults {
  readonly #lines = new Map<string, Lined>();
  #others: Lined;

  constructor(always: Fault) {
    this.#others = { next: [], always };
  }

  set({ on, next, always }: z.output<typeof faultsBody>): void {
    const line = { next: [...next], always: always ?? { kind: "none" as const } };
    if (on === null) this.#others = line;
    else this.#lines.set(on, line);
  }

  take(path: string): Fault {
    const [, line] = [...this.#lines].find(([on]) => path.endsWith(on)) ?? [null, this.#others];
    return line.next.shift() ?? line.always;
  }
}
