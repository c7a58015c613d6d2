import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type Answer, UnreachableError } from "../../src/client.ts";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { Random } from "../support/domain/random.ts";
import { check, confirm, testPan } from "../support/programme.ts";
import { PATIENCE_MS, persist } from "./patience.ts";

const receipt = z.object({ stream: z.string(), revision: z.int(), hash: z.string() });
const acknowledged = z.object({
  accessId: z.string(),
  decision: z.enum(["GRANTED", "REJECTED"]).optional(),
  receipt: receipt.optional(),
});
export type Acknowledged = z.infer<typeof acknowledged>;

/** Something a terminal asked for, and what it was told: nothing so far, or the same each time. */
export interface Asked {
  readonly operation: "check_entry" | "confirm_entry" | "cancel_entry";
  readonly terminal: string;
  /** The request id of a check; the access id of what follows it. */
  readonly id: string;
  readonly send: () => Promise<Answer>;
  told: { readonly bytes: string; readonly content: Acknowledged } | null;
}

const AGAIN_MS = 25;
const THINKING_MS = 15;
const CARDS = 16;

/** Terminals that let cards in, each one visit after the other, and never let go of a question. */
export class Traffic {
  readonly asked: Asked[] = [];
  /** Answers that were not what a terminal wants to hear, by status and code. */
  readonly refusals = new Map<string, number>();
  readonly #terminals: readonly Terminal[];
  readonly #random: Random;
  readonly #listeners = new Set<() => void>();
  #running: Promise<unknown> | null = null;
  #stopping = false;
  #round = 0;
  #visits = 0;
  #answers = 0;

  constructor(terminals: readonly Terminal[], random: Random) {
    this.#terminals = terminals;
    this.#random = random;
  }

  get answers(): number {
    return this.#answers;
  }

  /** Opens the doors, for cards never seen before. */
  start(): void {
    this.#stopping = false;
    this.#round += 1;
    const shifts = this.#terminals.map(async (terminal) => {
      await this.#shift(terminal, new Random(this.#random.upTo(2 ** 31)));
    });
    this.#running = Promise.all(shifts);
    // Heard in `stop`; until then it must not end the process.
    this.#running.catch(() => undefined);
  }

  /** Closes the doors; resolves when every visit under way has come to its end. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  /** Resolves with the next answer to a question that is asked from now on. */
  async nextAnswer(): Promise<void> {
    // Questions under way may have been asked before: of so many answers one more is to a later one.
    const enough = this.#answers + this.#terminals.length * 2 + 1;
    await this.#until("an answer", () => this.#answers >= enough);
  }

  /** Resolves when a terminal is next refused, or finds nobody. */
  async nextRefusal(): Promise<void> {
    const before = this.#refused();
    await this.#until("a refusal", () => this.#refused() > before);
  }

  /** What was answered is asked again, and must be answered with the same bytes. */
  async askAgain(most: number): Promise<void> {
    const answered = this.asked.filter(({ told }) => told !== null);
    const some = answered.slice(-most).concat(this.#random.times(most, () => pickOf(answered, this.#random)));
    for (let at = 0; at < some.length; at += this.#terminals.length) {
      await Promise.all(
        some.slice(at, at + this.#terminals.length).map(async (one) => await this.#insist(one)),
      );
    }
  }

  async #shift(terminal: Terminal, random: Random): Promise<void> {
    while (!this.#stopping) {
      await this.#visit(terminal, random);
      await sleep(random.upTo(THINKING_MS));
    }
  }

  async #visit(terminal: Terminal, random: Random): Promise<void> {
    const pan = testPan(this.#round * CARDS + random.upTo(CARDS - 1));
    const id = `visit-${String(++this.#visits)}`;
    const tap = this.#ask("check_entry", terminal, id, async () => await check(terminal, pan, id));
    // Two at once, as a terminal with a slow line sends them.
    const twice = random.chance(0.1) ? this.#insist(tap) : null;
    // Some guests don't wait until the line is back.
    const told = await this.#insist(tap, () => random.chance(0.03));
    await twice;
    if (told?.decision !== "GRANTED" || random.chance(0.05)) return;
    const { accessId } = told;
    const next = random.chance(0.2)
      ? this.#ask("cancel_entry", terminal, accessId, async () => {
          return await terminal.client.request("POST", "/pos/cancel_entry", { accessId });
        })
      : this.#ask("confirm_entry", terminal, accessId, async () => await confirm(terminal, accessId));
    await this.#insist(next, () => random.chance(0.01));
  }

  #ask(operation: Asked["operation"], terminal: Terminal, id: string, send: Asked["send"]): Asked {
    const asked: Asked = { operation, terminal: terminal.serialNumber, id, send, told: null };
    this.asked.push(asked);
    return asked;
  }

  /** Asks until it is answered, or the terminal gives up. */
  async #insist(asked: Asked, givesUp: () => boolean = () => false): Promise<Acknowledged | null> {
    const what = `${asked.operation} ${asked.id} at ${asked.terminal}`;
    const attempt = async (): Promise<Acknowledged | null | undefined> => {
      const answer = await orNobody(asked.send());
      if (answer?.status === 200) return this.#heard(asked, answer);
      this.#refuse(answer);
      if (answer !== null && answer.status < 500) {
        throw new Error(`${what} was refused: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
      }
      return givesUp() ? null : undefined;
    };
    return await persist(AGAIN_MS, attempt, () => `${what} was never answered`);
  }

  #heard(asked: Asked, answer: Answer): Acknowledged {
    const bytes = JSON.stringify(answer.body);
    asked.told ??= { bytes, content: acknowledged.parse(answer.body) };
    if (asked.told.bytes !== bytes) {
      const where = `${asked.operation} ${asked.id} at ${asked.terminal}`;
      throw new Error(`${where} was answered in two ways: ${asked.told.bytes} and ${bytes}`);
    }
    this.#answers += 1;
    this.#tell();
    return asked.told.content;
  }

  #refuse(answer: Answer | null): void {
    const code = z.object({ code: z.string() }).safeParse(answer?.body).data?.code ?? "";
    const what = answer === null ? "nobody there" : `${String(answer.status)} ${code}`;
    this.refusals.set(what, (this.refusals.get(what) ?? 0) + 1);
    this.#tell();
  }

  #refused(): number {
    return [...this.refusals.values()].reduce((sum, count) => sum + count, 0);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  async #until(what: string, come: () => boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const end = (done: () => void): void => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        done();
      };
      const look = (): void => {
        if (come()) end(resolve);
      };
      const timer = setTimeout(() => {
        end(() => {
          reject(new Error(`the terminals waited for ${what}, and none came`));
        });
      }, PATIENCE_MS);
      this.#listeners.add(look);
      this.#running?.catch((error: unknown) => {
        end(() => {
          reject(error instanceof Error ? error : new Error("the traffic failed", { cause: error }));
        });
      });
      look();
    });
  }
}

/** Null where nobody answers: the connection was refused, or broke. */
export async function orNobody(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer;
  } catch (error) {
    // A reply that breaks off in its body is a TypeError of fetch.
    if (error instanceof UnreachableError || error instanceof TypeError) return null;
    throw error;
  }
}

function pickOf<Item>(items: readonly Item[], random: Random): Item {
  const item = items[random.upTo(items.length - 1)];
  if (item === undefined) throw new Error("nothing was answered yet");
  return item;
}
