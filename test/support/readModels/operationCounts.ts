import { z } from "zod";
import type { ReadLog } from "./log.ts";
import { operationRows } from "./operations.ts";
import type { Row } from "./row.ts";

const refund = z.object({ refund: z.object({ amount: z.string() }).nullable() });
const operation = z.object({
  at: z.date(),
  location_id: z.string().nullable(),
  merchant_id: z.string().nullable(),
  service: z.string().nullable(),
  ica: z.string().nullable(),
  ruleset_id: z.string().nullable(),
  status: z.string(),
  code: z.string().nullable(),
  cost: z.string().nullable(),
  charged_amount: z.string().nullable(),
  charged_currency: z.string().nullable(),
  payment_status: z.string(),
  type: z.string(),
  adults_free: z.int(),
  adults_paid: z.int(),
  children_free: z.int(),
  children_paid: z.int(),
  free_children: z.int(),
  reversal: refund.nullable(),
  corrections: z.array(refund),
});

/** The operations told by another reader, counted one by one. */
export function operationCountRows(log: ReadLog): readonly Row[] {
  const groups = new Map<string, z.infer<typeof operation>[]>();
  const rows = operationRows(log).map((row) => operation.parse(row));
  for (const row of rows) {
    const key = JSON.stringify(keyOf(row));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const sum = (value: (one: z.infer<typeof operation>) => number) =>
      group.reduce((total, one) => total + value(one), 0);
    const money = (value: (one: z.infer<typeof operation>) => readonly (string | null | undefined)[]) =>
      String(
        sum((one) => value(one).reduce((total, text) => total + Math.round(Number(text ?? 0) * 1_000), 0)) /
          1_000,
      );
    return [
      {
        ...keyOf(first),
        operations: group.length,
        with_guests: sum((one) => (headsOf(one) > 0 ? 1 : 0)),
        adults_free: sum((one) => one.adults_free),
        adults_paid: sum((one) => one.adults_paid),
        children_free: sum((one) => one.children_free),
        children_paid: sum((one) => one.children_paid),
        free_children: sum((one) => one.free_children),
        charged: money((one) => [one.charged_amount]),
        refunded: money((one) => [one.reversal, ...one.corrections].map((taken) => taken?.refund?.amount)),
      },
    ];
  });
}

function keyOf(one: z.infer<typeof operation>) {
  const slot = new Date(one.at);
  slot.setUTCMinutes(slot.getUTCMinutes() - (slot.getUTCMinutes() % 15), 0, 0);
  return {
    slot,
    location_id: one.location_id ?? "",
    merchant_id: one.merchant_id ?? "",
    service: one.service ?? "",
    ica: one.ica ?? "",
    ruleset_id: one.ruleset_id ?? "",
    status: one.status,
    code: one.code ?? "",
    cost: one.cost ?? "",
    currency: one.charged_currency ?? "",
    payment_status: one.payment_status,
    type: one.type,
  };
}

function headsOf(one: z.infer<typeof operation>): number {
  return one.adults_free + one.adults_paid + one.children_free + one.children_paid + one.free_children;
}
