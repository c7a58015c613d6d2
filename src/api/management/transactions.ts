import { z } from "zod";
import { mcc, ulid } from "../../domain/codes.ts";
import { saysNumber } from "../../domain/cardNumbers.ts";
import { money } from "../../domain/money.ts";
import type { Visibility } from "../../domain/user/access.ts";
import { type FieldError, fieldErrors, type Problem, problem } from "../http/problems.ts";
import { type Reply, reply } from "../http/answer.ts";
import { plainCard } from "../pos/schemas.ts";
import type { Services } from "../../engine/services.ts";
import { groupsOf, Slices } from "../../engine/slices.ts";
import { cardsInSight } from "../../engine/management/cardsInSight.ts";
import { readCsv } from "./csv.ts";
import { listTransactions, transactionType } from "./transactionList.ts";
import { yesOrNo } from "./page.ts";
import type { Kit, ManagementDeps, SecuredAnyRoute } from "./secured.ts";
import { isNotText, NO_CARD_NUMBER } from "../http/text.ts";
import { timestamp } from "../../domain/timestamp.ts";
import { type Incoming, storeTransactions } from "../../engine/referenceData/transactions.ts";
import { cardsOfPans, findCardsOfPans, knownCards } from "../../engine/vaultCards.ts";

const tag = "Transactions";
const path = "/api/transactions";
const MOST_AT_ONCE = 1_000;
const MOST_ERRORS = 100;
/** Some 1.3 million rows. */
const MOST_CSV_BYTES = 128 * 1024 * 1024;

const transactionId = z
  .string()
  .min(1)
  .max(100)
  .refine((text) => !isNotText(text), "text is wanted");

/** A card by its number, or by the `cardId` that a lookup answered. */
const transaction = z
  .strictObject({
    transactionId,
    pan: plainCard.shape.pan.optional(),
    cardRef: ulid.optional(),
    type: transactionType,
    refersTo: transactionId.nullable().default(null),
    amount: money,
    mcc,
    transactionAt: timestamp,
    postedAt: timestamp.nullable().default(null),
  })
  .refine(({ pan, cardRef }) => (pan === undefined) !== (cardRef === undefined), {
    path: ["pan"],
    error: "either pan or cardRef is wanted",
  })
  .refine(({ pan, transactionId: id }) => pan === undefined || !saysNumber(id, pan), {
    path: ["transactionId"],
    error: NO_CARD_NUMBER,
  })
  .refine(({ pan, refersTo }) => pan === undefined || refersTo === null || !saysNumber(refersTo, pan), {
    path: ["refersTo"],
    error: NO_CARD_NUMBER,
  });
type Transaction = z.infer<typeof transaction>;

const taken = z.object({ stored: z.int(), ignored: z.int() });
const answers = { 200: taken };

const COLUMNS = [
  { name: "transactionId" },
  { name: "pan", optional: true },
  { name: "cardRef", optional: true },
  { name: "type" },
  { name: "refersTo", optional: true },
  { name: "amount" },
  { name: "currency" },
  { name: "mcc" },
  { name: "transactionAt" },
  { name: "postedAt", optional: true },
];

export function transactionRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [postTransactions(kit), importTransactions(kit), listTransactions(kit)];
}

function postTransactions({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path,
    summary: "Card transactions, all or none; the same again is ignored",
    refusals: ["TRANSACTION_DIFFERS"],
    documentedBody: z.strictObject({ transactions: z.array(transaction).max(MOST_AT_ONCE) }),
    tag,
    permission: "transactions:write",
    // Each is looked at by itself below, so that what is wrong is said of the transaction.
    body: z.strictObject({ transactions: z.array(transaction.or(z.unknown())).max(MOST_AT_ONCE) }),
    maxBytes: 1_048_576,
    answers,
    handle: async ({ body, visibility }) => {
      const errors: FieldError[] = [];
      const items: Transaction[] = [];
      body.transactions.forEach((one, index) => {
        const parsed = transaction.safeParse(one);
        if (parsed.success) items.push(parsed.data);
        else errors.push({ pointer: pointerOf(index), message: said(fieldErrors(parsed.error)) });
      });
      if (errors.length > 0) return nothingStored(errors.slice(0, MOST_ERRORS));
      return await take(services, deps, visibility, items, pointerOf);
    },
  });
}

function importTransactions({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/import`,
    summary: "Card transactions as CSV, all or none; the same again is ignored",
    refusals: ["TRANSACTION_DIFFERS", "MALFORMED_REQUEST"],
    tag,
    permission: "transactions:write",
    streams: "text/csv",
    query: z.strictObject({ dryRun: yesOrNo.optional() }),
    answers,
    handle: async (call) => {
      const isDryRun = call.query.dryRun === true;
      const csv = await readCsv(call, COLUMNS, readRow, MOST_CSV_BYTES);
      if (csv.kind === "problem") return csv;
      return await call.once(
        csv.digest,
        async () =>
          await take(
            services,
            deps,
            call.visibility,
            csv.items,
            (index) => `/${String(csv.lines[index] ?? 0)}`,
            isDryRun,
          ),
      );
    },
  });
}

function pointerOf(index: number): string {
  return `/transactions/${String(index)}`;
}

function said(errors: readonly FieldError[]): string {
  return errors
    .map(({ pointer, message }) => `${pointer === "" ? "it" : pointer.slice(1)}: ${message}`)
    .join("; ");
}

function nothingStored(errors: readonly FieldError[]): Problem {
  return problem("INVALID_REQUEST", "Nothing was stored.", { errors });
}

function readRow({ amount, currency, ...fields }: Readonly<Record<string, string>>) {
  const parsed = transaction.safeParse({ ...fields, amount: { amount, currency } });
  if (parsed.success) return { item: parsed.data };
  const errors = fieldErrors(parsed.error).map(({ pointer, message }) => {
    return { pointer: pointer.replace(/^\/amount\/(amount|currency)$/, "/$1"), message };
  });
  return { errors };
}

/** So many are looked at by one statement. */
const GROUP = 200;

async function take(
  services: Services,
  { projections }: ManagementDeps,
  visibility: Visibility,
  items: readonly Transaction[],
  pointer: (index: number) => string,
  isDryRun = false,
): Promise<Reply<200, z.infer<typeof taken>> | Problem> {
  const inSight = await cardsInSight(services, projections, visibility);
  const slices = new Slices();
  const refused: FieldError[] = [];
  let index = 0;
  for (const group of groupsOf(items, GROUP)) {
    const refs = await knownCards(
      services,
      group.flatMap(({ cardRef }) => cardRef ?? []),
    );
    for (const { pan, cardRef } of group) {
      const isThere =
        cardRef === undefined
          ? await inSight.byPan(pan ?? "")
          : refs.has(cardRef) && (await inSight.byId(cardRef));
      // Nobody learns whether a card out of sight is there.
      const member = cardRef === undefined ? "pan" : "cardRef";
      if (!isThere) refused.push({ pointer: pointer(index), message: `${member}: there is no such card` });
      if (refused.length === MOST_ERRORS) return nothingStored(refused);
      index += 1;
      await slices.pause();
    }
  }
  if (refused.length > 0) return nothingStored(refused);
  const done = await storeTransactions(
    services,
    await withCards(services, items, slices, isDryRun),
    slices,
    isDryRun,
  );
  if (done.kind === "differs") {
    const errors = done.indexes.slice(0, MOST_ERRORS).map((differing) => {
      return { pointer: pointer(differing), message: "it is known by this id with other content" };
    });
    return problem("TRANSACTION_DIFFERS", "Nothing was stored.", { errors });
  }
  const { stored, ignored } = done;
  return reply(200, { stored, ignored });
}

/** Numbers become cards here; in a dry run those that are none yet have the names of no card. */
async function withCards(
  services: Services,
  items: readonly Transaction[],
  slices: Slices,
  isDryRun: boolean,
): Promise<readonly Incoming[]> {
  const incoming: Incoming[] = [];
  const unknown = new Map<string, string>();
  const nameOf = (pan: string): string => {
    const name = unknown.get(pan) ?? `new-${String(unknown.size)}`;
    unknown.set(pan, name);
    return name;
  };
  for (const group of groupsOf(items, GROUP)) {
    const pans = group.flatMap(({ pan }) => pan ?? []);
    const cards = await (isDryRun ? findCardsOfPans : cardsOfPans)(services, pans);
    for (const { pan, cardRef, ...rest } of group) {
      const cardId = cardRef ?? cards.get(pan ?? "") ?? (isDryRun ? nameOf(pan ?? "") : undefined);
      if (cardId === undefined) throw new Error("a transaction has its card");
      incoming.push({ ...rest, cardId });
    }
    await slices.pause();
  }
  return incoming;
}
