import { z } from "zod";
import type { Answer, Client } from "../../client.ts";
import { cardNote, type Screen } from "./show.ts";
import type { Terminal } from "./terminal.ts";

/** The calls a terminal makes, each shown as it happens. */
export class Steps {
  readonly #screen: Screen;
  readonly #now: () => number;

  constructor(screen: Screen, now: () => number) {
    this.#screen = screen;
    this.#now = now;
  }

  async call(
    client: Client,
    method: string,
    path: string,
    note: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    this.#screen.call(method, path, note);
    const started = this.#now();
    const answer = await client.request(method, path, body, headers);
    this.#screen.answer(answer, this.#now() - started);
    return answer;
  }

  async check(terminal: Terminal, pan: string, requestId?: string): Promise<Answer> {
    const card = { pan, entryMode: "CONTACTLESS" };
    const body = requestId === undefined ? { card } : { requestId, card };
    const note = requestId === undefined ? cardNote(pan) : `${cardNote(pan)}  request ${requestId}`;
    return await this.call(terminal.client, "POST", "/pos/check_entry", note, body);
  }

  async quote(terminal: Terminal, accessId: string, guests: unknown): Promise<Answer> {
    return await this.call(terminal.client, "POST", "/pos/quote_entry", guestNote(guests), {
      accessId,
      guests,
    });
  }

  async confirm(terminal: Terminal, accessId: string, guests: unknown, payment?: unknown): Promise<Answer> {
    const body = { accessId, guests, ...(payment === undefined ? {} : { payment }) };
    return await this.call(terminal.client, "POST", "/pos/confirm_entry", guestNote(guests), body);
  }

  async cancel(terminal: Terminal, accessId: string): Promise<Answer> {
    return await this.call(terminal.client, "POST", "/pos/cancel_entry", "", { accessId });
  }
}

function guestNote(guests: unknown): string {
  return `guests ${JSON.stringify(guests)}`;
}

const checked = z.looseObject({
  decision: z.enum(["GRANTED", "REJECTED"]),
  accessId: z.string(),
  code: z.string().optional(),
  cardholder: z
    .object({ cost: z.string(), fee: z.object({ amount: z.string(), currency: z.string() }).nullable() })
    .optional(),
});
export type CheckOutcome = z.infer<typeof checked>;

/** The decision of a check; null where the answer is none. */
export function outcomeOf(answer: Answer): CheckOutcome | null {
  return checked.safeParse(answer.body).data ?? null;
}

const quoted = z.looseObject({ total: z.object({ amount: z.string(), currency: z.string() }).nullable() });

export function totalOf(answer: Answer): { amount: string; currency: string } | null {
  return quoted.safeParse(answer.body).data?.total ?? null;
}
