import type { StatusCount } from "../../../projections/dashboard/queries.ts";
import type { DashboardAnswer } from "./shape.ts";

type Figures = DashboardAnswer["figures"];

export function figuresOf(counts: readonly StatusCount[]): Figures {
  const sum = (rows: readonly StatusCount[], value: (row: StatusCount) => number) =>
    rows.reduce((total, row) => total + value(row), 0);
  const operations = (rows: readonly StatusCount[]) => sum(rows, (row) => row.operations);
  const of = (status: StatusCount["status"]) => counts.filter((row) => row.status === status);
  const entries = of("COMPLETED");
  const refused = operations(of("REJECTED"));
  return {
    granted: operations(counts) - refused,
    refused,
    entries: operations(entries),
    freeEntries: operations(entries.filter(({ cost }) => cost === "FREE")),
    paidEntries: operations(entries.filter(({ cost }) => cost === "PAID")),
    offlineEntries: operations(entries.filter(({ isOffline }) => isOffline)),
    lapsed: operations(of("EXPIRED")),
    waiting: operations(of("PENDING")),
    cancelled: operations(of("CANCELLED")),
    reversed: operations(of("REVERSED")),
    entriesWithGuests: sum(entries, (row) => row.withGuests),
    guests: {
      adultsFree: sum(entries, (row) => row.adultsFree),
      adultsPaid: sum(entries, (row) => row.adultsPaid),
      childrenFree: sum(entries, (row) => row.childrenFree),
      childrenPaid: sum(entries, (row) => row.childrenPaid),
      freeByAge: sum(entries, (row) => row.freeChildren),
    },
  };
}

/** Grants that are over count as lapsed, as their list shows them, before that is written. */
export function withLapsed(
  counts: readonly StatusCount[],
  lapsed: readonly Pick<StatusCount, "isNow" | "cost" | "operations">[],
): readonly StatusCount[] {
  const nobody = {
    isOffline: false,
    withGuests: 0,
    adultsFree: 0,
    adultsPaid: 0,
    childrenFree: 0,
    childrenPaid: 0,
    freeChildren: 0,
  };
  return [
    ...counts,
    ...lapsed.flatMap(({ isNow, cost, operations }) => [
      { ...nobody, isNow, cost, operations, status: "EXPIRED" as const },
      { ...nobody, isNow, cost, operations: -operations, status: "PENDING" as const },
    ]),
  ];
}
