import { z } from "zod";
import { type Client, createClient } from "../../src/client.ts";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { cardEvent } from "../../src/domain/card/events.ts";
import type { Services } from "../../src/engine/services.ts";
import { sweeperMeta } from "../../src/engine/sweeperMeta.ts";
import type { Random } from "../support/domain/random.ts";
import { testPan } from "../support/programme.ts";
import { wholeLog } from "../support/readModels/rows.ts";
import type { TestServer } from "../support/server.ts";
import { ApiOffice } from "./apiOffice.ts";

const CARDS = 16;
/** These may turn out to be one account; a hold on one is then a hold on all. */
const JOINING = 4;

/** What becomes of a proposal. */
const ENDS = ["approve", "decline", "withdraw", "nothing"] as const;

/** Random commands over HTTP, of every kind that leaves something in a read model. Whatever is refused counts as well. */
export class ApiTraffic {
  readonly #product: TestServer;
  readonly #admin: Client;
  readonly #random: Random;
  readonly #office: ApiOffice;
  readonly #cards: Card[] = [];
  readonly #entries: Entry[] = [];
  #caller: Client | null = null;

  constructor(product: TestServer, random: Random) {
    this.#product = product;
    this.#admin = product.admin;
    this.#office = new ApiOffice(product, random);
    this.#random = random;
  }

  /** Whatever there is from the start, and the cards. */
  async prepare(): Promise<void> {
    await this.#office.prepare();
    for (let number = 0; number < CARDS; number++) {
      this.#cards.push({ pan: testPan(10_000_000 * (1 + (number % 4)) + number), par: null, cardId: null });
    }
  }

  async run(commands: number): Promise<void> {
    for (let done = 0; done < commands; done++) await this.#next();
  }

  async carryOver(): Promise<void> {
    await this.#office.carryOver();
  }

  /** What chance may leave out: an entry that is open, a part of a payment that goes back, a hold, a version taken back. */
  async finish(): Promise<void> {
    await this.#admin.send("POST", "/api/test-clock", { advance: "P2D" });
    for (const card of this.#cards) await this.#tap(card, false);
    await this.#office.finish();
    for (const end of ENDS) await this.#propose(end);
    await this.#openingBalance();
    const terminal = await this.#office.newTerminal();
    const guests = { adults: 3, children: 0, freeChildren: 0 };
    const [paid, unpaid, repaid] = [
      await this.#lastCard(1, terminal),
      await this.#lastCard(2, terminal),
      await this.#lastCard(3, terminal),
      await this.#lastCard(4, terminal),
    ].map(({ entry }) => entry);
    if (paid === undefined || unpaid === undefined || repaid === undefined) throw new Error("there are four");
    await this.#confirmEntry(paid, { guests, pays: true });
    await this.#takeBackOf(paid, { adults: 1 });
    await this.#confirmEntry(unpaid, { guests, pays: false });
    await this.#confirmEntry(repaid, { guests, pays: true });
    await this.#admin.send("POST", `/api/operations/${repaid.accessId}/reversal`, {});
    const { card, entry: before } = await this.#lastCard(5, terminal);
    // Confirmed late, when the next one is open already: that stays open.
    await this.#admin.send("POST", "/api/test-clock", { advance: "PT301S" });
    await this.#tap(card, false, terminal);
    await this.#confirmEntry(before, { guests: { adults: 0, children: 0, freeChildren: 0 }, pays: false });
    await this.#replace(before, 6);
    const path = `/api/cards/${await this.#cardId(card)}`;
    for (const deed of ["enroll", "unenroll", "enroll", "freeze", "unfreeze", "freeze"]) {
      await this.#admin.send("POST", `${path}/${deed}`, { reason: "last" });
    }
  }

  /** An enrolled card's place goes to one that nobody knows, and from there to one that has been let in. */
  async #replace({ terminal }: Entry, number: number): Promise<void> {
    const { card: lost } = await this.#lastCard(number, terminal);
    const { card: own } = await this.#lastCard(number + 3, terminal);
    for (const [index, { pan }] of [lost, own].entries())
      await this.#admin.send("POST", "/api/cards/enrolments", { pan, aref: `AREF-${String(index)}` });
    const fresh: Card = { pan: testPan(30_000_000 + CARDS + number + 1), par: null, cardId: null };
    const { card: other } = await this.#lastCard(number + 2, terminal);
    for (const [from, into] of [[lost, fresh] as const, [fresh, other] as const]) {
      const path = `/api/cards/${await this.#cardId(from)}/replacement`;
      await this.#admin.send("POST", path, { pan: into.pan, cause: "LOST", reason: "left in a taxi" });
      await this.#tap(from, false, terminal);
      await this.#tap(into, false, terminal);
    }
  }

  /** A card that nobody knows yet, let in. */
  async #lastCard(
    number: number,
    terminal: Terminal,
  ): Promise<{ readonly card: Card; readonly entry: Entry }> {
    const card: Card = { pan: testPan(30_000_000 + CARDS + number), par: null, cardId: null };
    await this.#tap(card, false, terminal);
    const entry = this.#entries.at(-1);
    if (entry?.terminal !== terminal) throw new Error("a card that nobody knows is let in");
    return { card, entry };
  }

  /**
   * Verdicts as they come from an acquirer, of which there is none yet: a rejection that the log holds, once more, with
   * what a verification would have put into it.
   */
  async verifications(): Promise<void> {
    const { services } = this.#product.server;
    const codes = ["CARD_ASI_FAILED", "CARD_AUTH_INSUFFICIENT_FUNDS"] as const;
    const events = await wholeLog(services.log);
    const refused = new Set(
      events.filter(({ type }) => type === "EntryRejected").map(({ stream }) => stream),
    );
    for (const [index, stream] of [...refused].entries()) {
      await verificationFailed(services, stream, codes[index % codes.length] ?? codes[0]);
    }
  }

  async #next(): Promise<void> {
    const dice = this.#random.upTo(99);
    if (dice < 30) await this.#tap();
    else if (dice < 52) await this.#confirm();
    else if (dice < 57) await this.#cancel();
    else if (dice < 67) await this.#takeBack();
    else if (dice < 73) await this.#advance();
    else if (dice < 81) await this.#byHand();
    else if (dice < 84) await this.#overtake();
    else if (dice < 86) await this.#join();
    else await this.#office.next();
  }

  /** @param goesOn whether something may become of it at once */
  async #tap(
    card = this.#one(this.#cards),
    goesOn = true,
    terminal = this.#one(this.#office.terminals),
  ): Promise<void> {
    const requestId = this.#random.chance(0.7) ? this.#office.name("request") : undefined;
    const entryMode = this.#random.pick(["CHIP", "CONTACTLESS", "MAGSTRIPE"]);
    const named = card.par === null ? { pan: card.pan } : { pan: card.pan, par: card.par };
    const body = { card: { ...named, entryMode }, ...(requestId === undefined ? {} : { requestId }) };
    const answer = granted.safeParse((await terminal.client.request("POST", "/pos/check_entry", body)).body);
    if (answer.success) {
      const entry = { terminal, accessId: answer.data.accessId, guests: null };
      this.#entries.push(entry);
      if (!goesOn) return;
      if (this.#random.chance(0.5)) await this.#confirmEntry(entry);
      if (this.#random.chance(0.3)) await this.#takeBackOf(entry);
      if (this.#random.chance(0.2)) await this.#confirmEntry(entry);
    }
  }

  async #confirm(): Promise<void> {
    const entry = this.#recent();
    if (entry !== null) await this.#confirmEntry(entry);
  }

  /** With what is due paid at once, later or never. */
  async #confirmEntry(entry: Entry, given?: { guests: unknown; pays: boolean }): Promise<void> {
    const { accessId, terminal } = entry;
    const { client } = terminal;
    const random = this.#random;
    const guests = given?.guests ??
      entry.guests ?? {
        adults: random.upTo(3),
        children: random.upTo(2),
        freeChildren: random.upTo(1),
      };
    const body = { accessId, guests };
    const quoted = quote.safeParse((await client.request("POST", "/pos/quote_entry", body)).body);
    const due = quoted.success ? quoted.data.total : entry.due;
    const amount = due ?? { amount: "0.00", currency: "EUR" };
    const payment =
      (given?.pays ?? random.chance(0.5)) ? { payment: { collectedBy: "TERMINAL", amount } } : {};
    const { status } = await client.request("POST", "/pos/confirm_entry", { ...body, ...payment });
    if (status === 200) Object.assign(entry, { guests, due: amount });
  }

  /** An entry is confirmed when others of its card have had its place. */
  async #overtake(): Promise<void> {
    const card = this.#one(this.#cards);
    const before = this.#entries.length;
    for (let tries = 0; tries < 3; tries++) {
      await this.#tap(card, false);
      await this.#admin.send("POST", "/api/test-clock", { advance: "PT301S" });
    }
    for (const entry of this.#entries.slice(before).reverse()) await this.#confirmEntry(entry);
  }

  async #cancel(): Promise<void> {
    const entry = this.#recent();
    if (entry === null) return;
    const { terminal, accessId } = entry;
    const reason = this.#random.chance(0.5) ? { reason: this.#office.name("left") } : {};
    await terminal.client.request("POST", "/pos/cancel_entry", { accessId, ...reason });
  }

  /** Whole, or some of its guests. */
  async #takeBack(): Promise<void> {
    const entry = this.#recent();
    if (entry !== null) await this.#takeBackOf(entry);
  }

  async #takeBackOf(entry: Entry, given?: Readonly<Record<string, number>>): Promise<void> {
    const some = this.#random.pick([
      null,
      { adults: 1 },
      { adults: 1, children: 1 },
      { children: 1 },
      { freeChildren: 1 },
    ]);
    const guests = given ?? some;
    const reason = this.#random.maybe(0.5, () => this.#office.name("why"));
    const key = { "Idempotency-Key": this.#office.name("reversal") };
    await this.#office.asked("POST", `/api/operations/${entry.accessId}/reversal`, { guests, reason }, key);
  }

  async #advance(): Promise<void> {
    const seconds = this.#random.pick([10, 70, 400, 4_000, 90_000]);
    await this.#admin.send("POST", "/api/test-clock", { advance: `PT${String(seconds)}S` });
  }

  async #byHand(): Promise<void> {
    const path = `/api/cards/${await this.#cardId(this.#one(this.#cards))}`;
    const reason = this.#office.name("because");
    const deed = this.#random.pick(["freeze", "unfreeze", "unfreeze", "enroll", "unenroll", "adjust"]);
    if (deed !== "adjust") {
      await this.#office.asked("POST", `${path}/${deed}`, { reason });
      if (deed === "freeze" && this.#random.chance(0.7))
        await this.#office.asked("POST", `${path}/unfreeze`, { reason });
    } else {
      const given = { free: this.#random.between(-1, 3), paid: this.#random.between(0, 2) };
      await this.#office.asked("POST", `${path}/adjustments`, {
        rulesetId: this.#office.rulesets[this.#random.upTo(1)],
        reason,
        ...given,
      });
      if (this.#random.chance(0.3)) await this.#propose(this.#random.pick(ENDS));
      if (this.#random.chance(0.3)) await this.#openingBalance();
    }
  }

  /** By one, and decided by another, or taken back, or left open. */
  async #propose(end: (typeof ENDS)[number]): Promise<void> {
    const cardId = await this.#cardId(this.#one(this.#cards));
    const proposal = {
      cardId,
      rulesetId: this.#office.rulesets[0],
      free: 1,
      reason: this.#office.name("goodwill"),
    };
    const caller = await this.#callCenter();
    const made = z
      .object({ id: z.string() })
      .safeParse((await caller.request("POST", "/api/adjustments", proposal)).body);
    // The ruleset may be retired.
    if (!made.success) return;
    const path = `/api/adjustments/${made.data.id}`;
    const reason = this.#office.name("decided");
    switch (end) {
      case "approve":
        await this.#admin.request("POST", `${path}/approve`, {});
        break;
      case "decline":
        await this.#admin.request("POST", `${path}/decline`, { reason });
        break;
      case "withdraw":
        await caller.request("POST", `${path}/withdraw`, {});
        break;
      case "nothing":
        break;
    }
  }

  async #callCenter(): Promise<Client> {
    const body = { name: "Call Center", role: "CALL_CENTER" };
    const made = z.object({ key: z.string() });
    this.#caller ??= createClient(
      this.#product.url,
      made.parse((await this.#admin.send("POST", "/api/keys", body)).body).key,
    );
    return this.#caller;
  }

  async #openingBalance(): Promise<void> {
    const { pan } = this.#one(this.#cards);
    const [rulesetId] = this.#office.rulesets;
    const day = String(this.#random.between(1, 9));
    const file = `pan,rulesetId,usedAt,free,adultsPaid\n${pan},${rulesetId ?? ""},2020-01-0${day},1,2\n`;
    await this.#admin.request("POST", "/api/opening-balances", file);
  }

  /** Two cards tell the same account reference: they are one from there on. */
  async #join(): Promise<void> {
    const par = `A${String(this.#random.upTo(1)).padStart(28, "0")}`;
    const card = this.#one(this.#cards.slice(0, JOINING));
    Object.assign(card, { par });
    await this.#tap(card);
  }

  async #cardId(card: Card): Promise<string> {
    card.cardId ??= z
      .object({ cardId: z.string() })
      .parse((await this.#admin.send("POST", "/api/cards/lookup", { pan: card.pan })).body).cardId;
    return card.cardId;
  }

  #recent(): Entry | null {
    return this.#entries.at(-1 - this.#random.upTo(4)) ?? null;
  }

  #one<Item>(items: readonly Item[]): Item {
    const item = items[this.#random.upTo(items.length - 1)];
    if (item === undefined) throw new Error("there is always one");
    return item;
  }
}

interface Card {
  readonly pan: string;
  readonly par: string | null;
  cardId: string | null;
}

interface Entry {
  readonly terminal: Terminal;
  readonly accessId: string;
  readonly guests: unknown;
  readonly due?: unknown;
}

const granted = z.object({ decision: z.literal("GRANTED"), accessId: z.string() });
const quote = z.object({ total: z.object({ amount: z.string(), currency: z.string() }).nullable() });

async function verificationFailed(
  services: Services,
  stream: string,
  code: "CARD_ASI_FAILED" | "CARD_AUTH_INSUFFICIENT_FUNDS",
): Promise<void> {
  const folded = await services.streams.card.refresh(stream);
  const events = (await services.log.read(stream)).map((one) => services.streams.card.read(one).event);
  const before = events.findLast((event) => event.type === "EntryRejected");
  if (before?.type !== "EntryRejected") throw new Error(`${stream} has no rejection`);
  const accessId = services.newId();
  const { evidence } = before.data;
  const verification =
    code === "CARD_ASI_FAILED"
      ? { method: "ASI" as const, outcome: "FAILED" as const, responseCode: "05" }
      : { method: "AMOUNT" as const, outcome: "INSUFFICIENT_FUNDS" as const, responseCode: "51" };
  const at = new Date(folded.state.lastAt).toISOString();
  const event = cardEvent.parse({
    type: "EntryRejected",
    data: { ...before.data, accessId, requestId: null, at, code, evidence: { ...evidence, verification } },
  });
  const meta = sweeperMeta(services, "verification", accessId);
  const result = await services.streams.card.append(stream, folded, [event], meta);
  if (result.outcome === "conflict") throw new Error(`conflict on ${stream}`);
}
