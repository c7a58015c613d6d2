import type { Selectable } from "kysely";
import type { Database } from "../../database/schema.ts";
import { card } from "../../domain/card/card.ts";
import { cardStream } from "../../domain/card/events.ts";
import { type CardState, initialCard } from "../../domain/card/state.ts";
import type { Heads } from "../../domain/ruleset/evaluate/facts.ts";
import type { Instant } from "../../domain/time.ts";
import { byOf, execute, type Write } from "../management/commands.ts";
import type { Page } from "../../projections/page.ts";
import { type Paging, tablePage } from "../referenceData/tablePage.ts";
import type { Services } from "../services.ts";
import { groupsOf } from "../slices.ts";
import { cardsOfPans, findCardsOfPans } from "../vaultCards.ts";

/** Visits that cards used under an earlier system, from a file. Numbers are hashed at once, and kept nowhere. */

export interface OpeningBalance {
  readonly pan: string;
  readonly rulesetId: string;
  readonly usedAt: Instant;
  readonly free: number;
  readonly paid: number;
  readonly adults: Heads;
  readonly children: Heads;
}

/** `BALANCE_DIFFERS`: the same source told of other visits of the card and ruleset at that time. */
export type BalanceRefusal = "RULESET_UNKNOWN" | "RULESET_BEYOND_SCOPE" | "IN_FUTURE" | "BALANCE_DIFFERS";

export type Balanced =
  | {
      readonly kind: "taken";
      /** Null in a dry run, of a number that is no card yet. */
      readonly cardId: string | null;
      /** False: it was taken before. */
      readonly isNew: boolean;
    }
  | { readonly kind: "refused"; readonly code: BalanceRefusal };

export interface BalanceRules {
  /** Null where the ruleset's visits may be counted by whoever asks. */
  readonly rulesetAmiss: (rulesetId: string) => Promise<BalanceRefusal | null>;
  readonly isDryRun: boolean;
  readonly source: string;
}

/** Appends that wait together are one call to the server. */
const AT_ONCE = 32;
/** No transaction may be long. */
const CARDS_AT_ONCE = 1_000;

/** What became of each, in their order. */
export async function takeOpeningBalances(
  services: Services,
  write: Write,
  balances: readonly OpeningBalance[],
  rules: BalanceRules,
): Promise<readonly Balanced[]> {
  const run = new BalanceRun(services, write, rules);
  const done: Balanced[] = [];
  for (const piece of groupsOf([...balances.entries()], CARDS_AT_ONCE)) {
    const numbers = piece.map(([, { pan }]) => pan);
    const cards = await (rules.isDryRun ? findCardsOfPans : cardsOfPans)(services, numbers);
    for (const group of groupsOf(piece, AT_ONCE)) {
      const many = group.map(async ([place, one]) => await run.take(one, cards.get(one.pan) ?? null, place));
      done.push(...(await Promise.all(many)));
    }
  }
  if (!rules.isDryRun) await recordImport(services, write, rules.source, done);
  return done;
}

class BalanceRun {
  readonly #services: Services;
  readonly #write: Write;
  readonly #rules: BalanceRules;
  /** As a dry run leaves it, by number: lines of one file meet each other. */
  readonly #planned = new Map<string, CardState>();

  constructor(services: Services, write: Write, rules: BalanceRules) {
    this.#services = services;
    this.#write = write;
    this.#rules = rules;
  }

  async take(one: OpeningBalance, cardId: string | null, place: number): Promise<Balanced> {
    const { pan, ...balance } = one;
    const { now } = this.#write;
    const { isDryRun, source, rulesetAmiss } = this.#rules;
    const amiss = await rulesetAmiss(one.rulesetId);
    if (amiss !== null) return { kind: "refused", code: amiss };
    if (one.usedAt > now) return { kind: "refused", code: "IN_FUTURE" };
    const decide = (state: CardState) =>
      card.decide(state, { type: "TakeOpeningBalance", now, by: byOf(this.#write), source, ...balance });
    if (isDryRun || cardId === null) {
      const read = cardId === null ? initialCard : await this.#stateOf(cardId);
      // Read last: lines that went before have left theirs meanwhile.
      const before = this.#planned.get(pan) ?? read;
      const decision = decide(before);
      if (decision.kind === "refused") return refused(decision.refusal.code);
      this.#planned.set(pan, decision.events.reduce(card.evolve, before));
      return { kind: "taken", cardId, isNew: decision.events.length > 0 };
    }
    const done = await execute(
      this.#services,
      this.#services.streams.card,
      { ...this.#write, expected: null },
      {
        ...{ stream: cardStream(cardId), operation: `opening-${String(place)}`, announce: null },
        decide,
      },
    );
    if (done.kind === "done") return { kind: "taken", cardId, isNew: done.stored.length > 0 };
    return refused(done.refusal.code);
  }

  async #stateOf(cardId: string): Promise<CardState> {
    return (await this.#services.streams.card.refresh(cardStream(cardId))).state;
  }
}

function refused(code: string): Balanced {
  if (code === "BALANCE_DIFFERS") return { kind: "refused", code };
  throw new Error(`an opening balance is never refused so, and was: ${code}`);
}

export type ImportRow = Selectable<Database["opening_balance_imports"]>;

/** An attempt that takes over from one that died counts once. */
async function recordImport(
  { db }: Services,
  write: Write,
  source: string,
  done: readonly Balanced[],
): Promise<void> {
  const { id: actorId, role } = byOf(write);
  const taken = done.filter((one) => one.kind === "taken" && one.isNew).length;
  const refusedLines = done.filter(({ kind }) => kind === "refused").length;
  await db
    .insertInto("opening_balance_imports")
    .values({
      ...{ id: write.seed, source, lines: done.length, taken },
      ...{ unchanged: done.length - taken - refusedLines, refused: refusedLines },
      ...{ actor_id: actorId, actor_role: role, at: new Date(write.now) },
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
}

/** The newest first. @param by only theirs; null: all. @throws InvalidCursorError */
export async function listImports(
  { db }: Pick<Services, "db">,
  by: string | null,
  paging: Paging,
): Promise<Page<ImportRow>> {
  let found = db.selectFrom("opening_balance_imports").selectAll();
  if (by !== null) found = found.where("actor_id", "=", by);
  return await tablePage(db, found, "seq", paging);
}
