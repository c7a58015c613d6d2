import type { ClientBase } from "pg";
import type { CardsInSight } from "../management/cardsInSight.ts";
import type { BadLine, ImportCounts } from "../imports/records.ts";
import type { StoredPiece } from "../imports/begun.ts";
import type { Services } from "../services.ts";
import { type Slices } from "../slices.ts";
import { cardHasher } from "../../vault/hashing.ts";
import { cardsOfPans, findCardsOfPans, knownCards } from "../vaultCards.ts";
import { differing, type Incoming, isSame, knownOf, type Numbered, storeNew } from "./transactions.ts";
import type { TriedTransactions } from "./triedTransactions.ts";

/** Card transactions of a piece of a file, where a bad line is said to be one, and the others are stored. */

/** A transaction as it was read: its card by number, or by id. */
export type ReadTransaction = Omit<Incoming, "cardId"> & {
  readonly pan?: string | undefined;
  readonly cardRef?: string | undefined;
};

export interface ReadLine {
  readonly line: number;
  readonly transaction: ReadTransaction;
}

/** What of a piece can be stored, and what of it is known already to be bad. */
export interface Prepared {
  readonly fresh: readonly Numbered[];
  /** The same as one before it in the piece. */
  readonly repeated: number;
  readonly badLines: readonly BadLine[];
  /** The file's line of each index. */
  readonly lines: readonly number[];
}

const NO_CARD = "there is no such card";
const DIFFERS = "it is known by this id with other content";

/** Finds the cards; numbers that are none yet become cards, or are told apart by their hashes where nothing is to be stored. */
export async function prepareTransactions(
  services: Services,
  inSight: CardsInSight,
  lines: readonly ReadLine[],
  slices: Slices,
  isDryRun: boolean,
): Promise<Prepared> {
  const badLines: BadLine[] = [];
  const refs = await knownCards(
    services,
    lines.flatMap(({ transaction: { cardRef } }) => cardRef ?? []),
  );
  const there: ReadLine[] = [];
  for (const one of lines) {
    const { pan, cardRef } = one.transaction;
    const isThere =
      cardRef === undefined
        ? await inSight.byPan(pan ?? "")
        : refs.has(cardRef) && (await inSight.byId(cardRef));
    // Nobody learns whether a card out of sight is there.
    if (isThere) there.push(one);
    else
      badLines.push({ line: one.line, field: cardRef === undefined ? "pan" : "cardRef", message: NO_CARD });
    await slices.pause();
  }
  const pans = there.flatMap(({ transaction: { pan } }) => pan ?? []);
  const cards = await (isDryRun ? findCardsOfPans : cardsOfPans)(services, pans);
  const first = new Map<string, Incoming>();
  const fresh: Numbered[] = [];
  let repeated = 0;
  const hash = cardHasher(services.keyring);
  for (const [index, { line, transaction }] of there.entries()) {
    const {
      pan = "",
      cardRef,
      transactionId,
      type,
      refersTo,
      amount,
      mcc,
      transactionAt,
      postedAt,
    } = transaction;
    const cardId = cardRef ?? cards.get(pan) ?? (isDryRun ? hash(pan).hashes[0]?.toString("hex") : undefined);
    if (cardId === undefined) throw new Error("a transaction has its card");
    const item = { transactionId, cardId, type, refersTo, amount, mcc, transactionAt, postedAt };
    const before = first.get(item.transactionId);
    if (before === undefined) {
      first.set(item.transactionId, item);
      fresh.push({ item, index });
    } else if (isSame(before, item)) repeated += 1;
    else badLines.push({ line, field: "transactionId", message: DIFFERS });
  }
  return { fresh, repeated, badLines, lines: there.map(({ line }) => line) };
}

/** Stores what is not known yet, in the caller's transaction; a piece of a file is some hundreds at most. */
export async function storePrepared(client: ClientBase, prepared: Prepared): Promise<StoredPiece> {
  const { stored, indexes } = await storeNew(client, prepared.fresh);
  return pieceOf(prepared, stored, indexes);
}

/** What {@link storePrepared} would come to, after the pieces that were tried before. */
export async function tryPrepared(
  { pool }: Services,
  prepared: Prepared,
  tried: TriedTransactions,
): Promise<StoredPiece> {
  const differ = [...(await differing(pool, prepared.fresh))];
  const known = await knownOf(pool, prepared.fresh);
  let stored = 0;
  for (const { item, index } of prepared.fresh) {
    if (known.has(item.transactionId)) continue;
    const standing = tried.standingOf(item);
    if (standing === "NEW") stored += 1;
    if (standing === "OTHER") differ.push(index);
  }
  return pieceOf(prepared, stored, differ);
}

function pieceOf(prepared: Prepared, stored: number, differ: readonly number[]): StoredPiece {
  const badLines: readonly BadLine[] = [
    ...prepared.badLines,
    ...differ.map((index) => ({
      line: prepared.lines[index] ?? 0,
      field: "transactionId",
      message: DIFFERS,
    })),
  ];
  const known = prepared.fresh.length - stored - differ.length + prepared.repeated;
  const bad = badLines.length;
  const counts: ImportCounts = { lines: stored + known + bad, accepted: stored, known, bad };
  return { counts, badLines };
}
