import { z } from "zod";
import { MAY, type Visibility } from "../../../domain/user/access.ts";
import type { Instant } from "../../../domain/time.ts";
import { exportHashesOf } from "../../../engine/enrolledCards/exportHashes.ts";
import type { Services } from "../../../engine/services.ts";
import type { Projections } from "../../../projections/index.ts";
import type { Card } from "../../../projections/cards/queries.ts";
import { type Balance, balancesOf } from "../balances.ts";
import { cardFilter, cardSort } from "../cardFilter.ts";
import type { Kit, SecuredAnyRoute } from "../secured.ts";
import type { Cell } from "./cell.ts";
import {
  EXPORT_MEDIA_TYPES,
  exported,
  exportQuery,
  sendFile,
  timeIn,
  tooManyRows,
  type Written,
} from "./exported.ts";

const query = z.strictObject({ ...cardFilter, ...exportQuery, sort: cardSort.optional() });

interface Column {
  readonly header: string;
  /** @param balance null for a card that no ruleset in force is for */
  readonly cell: (card: Card, balance: Balance | null, time: Written, hash: string | null) => Cell;
}

const HASH: Column = { header: "HASH", cell: (_card, _balance, _time, hash) => hash };

/** As the source document names them, and what else the list shows. */
const COLUMNS: readonly Column[] = [
  { header: "Masked PAN", cell: ({ maskedPan }) => maskedPan },
  HASH,
  { header: "AREF", cell: ({ aref }) => aref },
  { header: "ICA", cell: ({ ica }) => ica },
  { header: "Issuer name", cell: ({ issuerName }) => issuerName },
  { header: "Issuer country", cell: ({ issuerCountry }) => issuerCountry },
  { header: "Product code", cell: ({ productCode }) => productCode },
  { header: "Product name", cell: ({ productName }) => productName },
  { header: "Enrollment date", cell: ({ enrolledAt }, _balance, time) => time(enrolledAt) },
  { header: "First seen", cell: ({ firstSeenAt }, _balance, time) => time(firstSeenAt) },
  { header: "Last seen", cell: ({ lastSeenAt }, _balance, time) => time(lastSeenAt) },
  { header: "Enrolled", cell: ({ enrolled }) => (enrolled ? "YES" : "NO") },
  { header: "Frozen", cell: ({ frozen }) => (frozen ? "YES" : "NO") },
  { header: "Frozen at", cell: ({ frozenAt }, _balance, time) => time(frozenAt) },
  { header: "Frozen reason", cell: ({ frozenReason }) => frozenReason },
  { header: "Replaced by", cell: ({ replacedBy }) => replacedBy },
  { header: "Ruleset", cell: (_card, balance) => balance?.name ?? null },
  { header: "Available free entries", cell: (_card, balance) => balance?.available.free ?? null },
  { header: "Available paid entries", cell: (_card, balance) => balance?.available.paid ?? null },
  {
    header: "Next free entry",
    cell: (_card, balance, time) => time(balance?.available.nextFreeAt ?? null),
  },
  { header: "Ruleset ID", cell: (_card, balance) => balance?.rulesetId ?? null },
  { header: "Card ID", cell: ({ cardId }) => cardId },
];

/** The cards that a list's filter finds, all of them, as a file. */
export function exportCards({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: "/api/exports/cards",
    summary: "The cards that a filter finds, and what each has left, as a file",
    description:
      "The cards of `GET /api/cards` with the same filter, for whoever may see them, as CSV, JSON or XLSX (at most 50,000 cards): a row for each ruleset in force that a card has a balance of, one without where there is none. Whoever is limited to places gets no balances, as on the card itself. `HASH` is HMAC-SHA256 of the number by the export key, with its version in front, for roles that match cards; empty where the number was not given since there are such hashes.",
    tag: "Cards",
    permission: "cards:export",
    query,
    produces: EXPORT_MEDIA_TYPES,
    sends: ["Content-Disposition"],
    answers: { 200: exported },
    handle: async ({ query: { format, timeZone, sort, ...filter }, visibility, principal, write }) => {
      const { cards } = deps.projections;
      const tooMany = await tooManyRows(format, async (most) => cards.count(filter, visibility, most));
      if (tooMany !== null) return tooMany;
      const columns = MAY[principal.role].has("cards:hash") ? COLUMNS : COLUMNS.filter((one) => one !== HASH);
      return await sendFile({
        what: "Cards",
        name: "cards",
        headers: columns.map(({ header }) => header),
        rows: rowsOf(services, cards, {
          ...{ filter, sort, visibility, columns, now: write.now },
          time: timeIn(timeZone),
        }),
        filter: { ...filter, sort },
        format,
        timeZone,
        by: principal,
        at: services.now(),
      });
    },
  });
}

interface Wanted {
  readonly filter: Parameters<Projections["cards"]["list"]>[0];
  readonly sort: z.infer<typeof cardSort> | undefined;
  readonly visibility: Visibility;
  readonly now: Instant;
  readonly columns: readonly Column[];
  readonly time: Written;
}

async function* rowsOf(
  services: Services,
  cards: Projections["cards"],
  { filter, sort, visibility, now, columns, time }: Wanted,
): AsyncGenerator<readonly Cell[]> {
  for await (const card of cards.all(filter, visibility, { sort })) {
    const balances = visibility.places === null ? await balancesOf(services, card.cardId, now) : [];
    const hash = columns.includes(HASH) ? await hashOf(services, card.cardId) : null;
    for (const balance of balances.length === 0 ? [null] : balances) {
      yield columns.map(({ cell }) => cell(card, balance, time, hash));
    }
  }
}

async function hashOf(services: Services, cardId: string): Promise<string | null> {
  return (await exportHashesOf(services, [cardId])).get(cardId) ?? null;
}
