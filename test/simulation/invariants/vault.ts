import { z } from "zod";
import { cardHashes } from "../../../src/vault/hashing.ts";
import type { Facts } from "../facts.ts";
import { ROTATED } from "../instance.ts";
import type { World } from "../world.ts";
import { verdictsOf } from "./answers.ts";

const aliases = z.array(z.object({ hash: z.instanceof(Buffer), card_id: z.string() }));
const cards = z.array(z.object({ card_id: z.string() }));
const claims = z.array(
  z.object({ terminal: z.string(), request_id: z.string(), access_id: z.string(), card_id: z.string() }),
);

/** Every number is one card, every card has its number, and no stream belongs to a card that is not there. */
export async function oneCardPerNumber(
  { database, programme }: World,
  facts: Facts,
): Promise<readonly string[]> {
  const known = aliases.parse(await database.query("select hash, card_id from card_alias"));
  const vault = new Set(
    cards.parse(await database.query("select card_id from card_vault")).map((one) => one.card_id),
  );
  const named = new Set(known.map((one) => one.card_id));
  const panOf = new Map(
    programme.pans.flatMap((pan) =>
      cardHashes(ROTATED, pan).hashes.map((hash) => [hash.toString("hex"), pan] as const),
    ),
  );
  const cardOf = new Map<string, string>();
  const apart = known.flatMap(({ hash, card_id: cardId }) => {
    const pan = panOf.get(hash.toString("hex"));
    if (pan === undefined) return [`card ${cardId} has another number`];
    const other = cardOf.get(pan) ?? cardId;
    cardOf.set(pan, other);
    return other === cardId ? [] : [`one number is the cards ${other} and ${cardId}`];
  });
  return [
    ...[...vault].filter((cardId) => !named.has(cardId)).map((cardId) => `card ${cardId} has no number`),
    ...(apart.length > 0 || named.size === cardOf.size ? [] : ["two numbers are one card"]),
    ...apart,
    ...[...facts.cards.keys()]
      .filter((cardId) => !vault.has(cardId))
      .map((cardId) => `stream of no card: ${cardId}`),
  ];
}

/** Unless the database has lost rows: what the register says of a request is what the streams say. */
export async function registerAgreesWithTheStreams(world: World, facts: Facts): Promise<readonly string[]> {
  if (world.lostClaims > 0) return [];
  const rows = claims.parse(
    await world.database.query(
      "select terminal, request_id, access_id, card_id from request_register where operation = 'check_entry'",
    ),
  );
  const verdicts = verdictsOf(facts);
  const cardOf = new Map<string, string>();
  for (const { event, of } of [...facts.cards.values()].flat()) {
    if ("accessId" in event.data) cardOf.set(event.data.accessId, of);
  }
  return rows.flatMap((row) => {
    const requestId = row.request_id.startsWith("\t") ? null : row.request_id;
    const own = verdicts.filter((one) =>
      requestId === null
        ? one.accessId === row.access_id
        : one.terminal === row.terminal && one.requestId === requestId,
    );
    return own.flatMap(({ accessId }) => {
      const card = cardOf.get(accessId) ?? row.card_id;
      if (accessId === row.access_id && card === row.card_id) return [];
      return [
        `${row.terminal} ${row.request_id} is ${row.access_id} of card ${row.card_id}, in the log ${accessId}`,
      ];
    });
  });
}
