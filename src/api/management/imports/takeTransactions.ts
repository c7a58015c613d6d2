import { z } from "zod";
import type { Visibility } from "../../../domain/user/access.ts";
import { cardsInSight } from "../../../engine/management/cardsInSight.ts";
import { type Incoming, storeTransactions } from "../../../engine/referenceData/transactions.ts";
import type { Services } from "../../../engine/services.ts";
import { groupsOf, Slices } from "../../../engine/slices.ts";
import { cardsOfPans, findCardsOfPans, knownCards } from "../../../engine/vaultCards.ts";
import { type Reply, reply } from "../../http/answer.ts";
import { type FieldError, type Problem, problem } from "../../http/problems.ts";
import type { Kit } from "../secured.ts";
import type { Transaction } from "./transactionLine.ts";

/** Card transactions that are stored as a whole, or not at all. */

const MOST_ERRORS = 100;

export const taken = z.object({ stored: z.int(), ignored: z.int() });
export function nothingStored(errors: readonly FieldError[]): Problem {
  return problem("INVALID_REQUEST", "Nothing was stored.", { errors });
}

/** So many are looked at by one statement. */
const GROUP = 200;

/** All that are not known yet, or none. @param pointer where in the request one stands */
export async function takeTransactions(
  { services, deps: { projections } }: Pick<Kit, "services" | "deps">,
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
