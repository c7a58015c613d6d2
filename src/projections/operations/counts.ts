import type { ClientBase } from "pg";
import type { OperationCountRow, OperationRow } from "../../database/readModels.ts";
import { jsonText } from "../copyText.ts";

/** How many operations of each kind there are in each quarter of an hour, kept in step with their rows. */

export const SLOT_MS = 15 * 60_000;

const KEY = [
  "slot",
  "location_id",
  "merchant_id",
  "service",
  "ica",
  "ruleset_id",
  "status",
  "code",
  "cost",
  "currency",
  "payment_status",
  "type",
] as const satisfies readonly (keyof OperationCountRow)[];

const COUNTED = [
  "operations",
  "with_guests",
  "adults_free",
  "adults_paid",
  "children_free",
  "children_paid",
  "free_children",
] as const satisfies readonly (keyof OperationCountRow)[];

const SUMMED = ["charged", "refunded"] as const satisfies readonly (keyof OperationCountRow)[];

type Key = Readonly<Record<(typeof KEY)[number], string>>;

interface Change {
  readonly key: Key;
  readonly counts: Record<(typeof COUNTED)[number], number>;
  /** In thousandths: no currency has more digits. */
  readonly sums: Record<(typeof SUMMED)[number], bigint>;
}

/** What a batch changes: what a row said is taken off, what it says now is put on. */
export class Counts {
  readonly #changes = new Map<string, Change>();

  /** @param times 1 for what is so now, -1 for what was */
  add(row: OperationRow, times: 1 | -1): void {
    const key = keyOf(row);
    const name = KEY.map((column) => key[column]).join("\t");
    const change = this.#changes.get(name) ?? { key, counts: { ...NO_COUNTS }, sums: { ...NO_SUMS } };
    this.#changes.set(name, change);
    const counts = countsOf(row);
    for (const column of COUNTED) change.counts[column] += times * counts[column];
    const sums = sumsOf(row);
    for (const column of SUMMED) change.sums[column] += BigInt(times) * sums[column];
  }

  async save(client: ClientBase): Promise<void> {
    const changes = [...this.#changes.values()].filter(isChange).map(({ key, counts, sums }) => ({
      ...key,
      ...counts,
      charged: decimal(sums.charged),
      refunded: decimal(sums.refunded),
    }));
    if (changes.length === 0) return;
    const json = jsonText(changes);
    await client.query(
      `insert into operation_counts as c (${[...KEY, ...COUNTED, ...SUMMED].join(", ")})
       select ${[...KEY, ...COUNTED, ...SUMMED.map((column) => `trim_scale(${column})`)].join(", ")}
         from json_populate_recordset(null::operation_counts, $1)
       on conflict (${KEY.join(", ")}) do update set
         ${COUNTED.map((column) => `${column} = c.${column} + excluded.${column}`).join(", ")},
         ${SUMMED.map((column) => `${column} = trim_scale(c.${column} + excluded.${column})`).join(", ")}`,
      [json],
    );
    // The table is the same whichever way the rows went to where they are.
    await client.query(
      `delete from operation_counts c using json_populate_recordset(null::operation_counts, $1) gone
        where ${KEY.map((column) => `c.${column} = gone.${column}`).join(" and ")} and c.operations = 0`,
      [json],
    );
  }
}

const NO_COUNTS = {
  operations: 0,
  with_guests: 0,
  adults_free: 0,
  adults_paid: 0,
  children_free: 0,
  children_paid: 0,
  free_children: 0,
};
const NO_SUMS = { charged: 0n, refunded: 0n };

function isChange({ counts, sums }: Change): boolean {
  return COUNTED.some((column) => counts[column] !== 0) || SUMMED.some((column) => sums[column] !== 0n);
}

function keyOf(row: OperationRow): Key {
  return {
    slot: new Date(Math.floor(row.at.getTime() / SLOT_MS) * SLOT_MS).toISOString(),
    location_id: row.location_id ?? "",
    merchant_id: row.merchant_id ?? "",
    service: row.service ?? "",
    ica: row.ica ?? "",
    ruleset_id: row.ruleset_id ?? "",
    status: row.status,
    code: row.code ?? "",
    cost: row.cost ?? "",
    currency: row.charged_currency ?? "",
    payment_status: row.payment_status,
    type: row.type,
  };
}

function countsOf(row: OperationRow): Change["counts"] {
  const { adults_free, adults_paid, children_free, children_paid, free_children } = row;
  const heads = adults_free + adults_paid + children_free + children_paid + free_children;
  return {
    operations: 1,
    with_guests: heads > 0 ? 1 : 0,
    adults_free,
    adults_paid,
    children_free,
    children_paid,
    free_children,
  };
}

function sumsOf({ charged_amount, corrections, reversal }: OperationRow): Change["sums"] {
  const refunds = [...corrections, ...(reversal === null ? [] : [reversal])];
  return {
    charged: thousandths(charged_amount),
    refunded: refunds.reduce((sum, { refund }) => sum + thousandths(refund?.amount ?? null), 0n),
  };
}

function thousandths(amount: string | null): bigint {
  if (amount === null) return 0n;
  const [whole = "0", fraction = ""] = amount.split(".");
  return BigInt(whole + fraction.padEnd(3, "0"));
}

function decimal(sum: bigint): string {
  const text = (sum < 0n ? -sum : sum).toString().padStart(4, "0");
  return `${sum < 0n ? "-" : ""}${text.slice(0, -3)}.${text.slice(-3)}`;
}
