import type { ReactNode } from "react";
import { Money } from "../../shared/money/Money.tsx";
import { Bar } from "../../shared/status/Bar.tsx";
import { Status } from "../../shared/status/Status.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { Time } from "../../shared/time/Time.tsx";
import { Who } from "../../shared/people/Who.tsx";
import type { Texts } from "../../texts/texts.ts";
import type { RulesetItem } from "./queries.ts";
import { RulesetStatus } from "./RulesetStatus.tsx";

const NONE = <span aria-hidden="true">–</span>;

export function rulesetColumns(texts: Texts): readonly Column<RulesetItem>[] {
  const { rulesets } = texts;
  const { columns } = rulesets;
  const time = (at: string | null): ReactNode =>
    at === null ? NONE : <Time at={at} seconds={false} zoneName={false} />;
  return [
    {
      id: "name",
      header: columns.name,
      cell: ({ name }) => <bdi>{name}</bdi>,
      sort: { ascending: "name", descending: "-name" },
    },
    { id: "status", header: columns.status, cell: (one) => <RulesetStatus phase={one.phase} /> },
    { id: "inForceFrom", header: columns.inForceFrom, cell: ({ inForceFrom }) => time(inForceFrom) },
    {
      id: "inForceTo",
      header: columns.inForceTo,
      cell: (one) => time(one.inForceTo ?? one.validTo),
      isExtra: true,
    },
    { id: "priority", header: columns.priority, cell: ({ priority }) => priority, isNumber: true },
    ...criteriaColumns(texts),
    { id: "visits", header: columns.visits, cell: (one) => visits(one, rulesets.unlimited) },
    {
      id: "used",
      header: columns.used,
      // Not told of a rule that is others' as well.
      cell: ({ used }) => (used === null ? NONE : rulesets.usedTimes(used)),
      isNumber: true,
    },
    {
      id: "budget",
      header: rulesets.budget,
      cell: ({ budget }) =>
        budget === null ? (
          NONE
        ) : (
          <>
            {rulesets.budgetOf(budget.used, budget.max)}
            <Bar value={budget.used} most={budget.max} tone={budget.used >= budget.max ? "bad" : "ok"} />
          </>
        ),
    },
    {
      id: "fee",
      header: columns.fee,
      cell: ({ cardholder }) => <Money money={cardholder?.fee} />,
      isNumber: true,
    },
    {
      id: "lint",
      header: columns.lint,
      cell: ({ warnings }) =>
        warnings.length === 0 ? (
          NONE
        ) : (
          <Status tone="warn" icon="cross" word={rulesets.lintCount(warnings.length)} />
        ),
    },
    {
      id: "modifiedAt",
      header: columns.modifiedAt,
      cell: ({ modifiedAt }) => time(modifiedAt),
      sort: { ascending: "modifiedAt", descending: "-modifiedAt" },
    },
    {
      id: "modifiedBy",
      header: columns.modifiedBy,
      cell: ({ modifiedBy }) => <Who actor={modifiedBy} />,
      isExtra: true,
    },
    { id: "createdAt", header: columns.createdAt, cell: ({ createdAt }) => time(createdAt), isExtra: true },
    {
      id: "createdBy",
      header: columns.createdBy,
      cell: ({ createdBy }) => <Who actor={createdBy} />,
      isExtra: true,
    },
    {
      id: "version",
      header: columns.version,
      cell: ({ version }) => (version === 0 ? NONE : version),
      isNumber: true,
      isExtra: true,
    },
    { id: "id", header: columns.id, cell: ({ id }) => <code>{id}</code>, isExtra: true },
  ];
}

function criteriaColumns({ rulesets, operations }: Texts): readonly Column<RulesetItem>[] {
  const { columns, any } = rulesets;
  const list = (values: readonly string[] | null | undefined): string =>
    values == null || values.length === 0 ? any : values.join(", ");
  const services: Readonly<Record<string, string>> = operations.services;
  return [
    {
      id: "services",
      header: columns.services,
      cell: ({ criteria }) => list(criteria?.services?.map((service) => services[service] ?? service)),
    },
    {
      id: "countries",
      header: columns.countries,
      cell: ({ criteria }) => list(criteria?.issuerCountries),
      isExtra: true,
    },
    {
      id: "products",
      header: columns.products,
      cell: ({ criteria }) => list(criteria?.productCodes),
      isExtra: true,
    },
    {
      id: "icas",
      header: columns.icas,
      cell: ({ criteria }) => list(criteria?.icas?.map(({ ica }) => ica)),
      isExtra: true,
    },
  ];
}

function visits({ cardholder }: RulesetItem, unlimited: string): string {
  const word = (count: number | string | null): string =>
    count === "UNLIMITED" ? unlimited : String(count ?? 0);
  return cardholder === null ? unlimited : `${word(cardholder.free)} / ${word(cardholder.paid)}`;
}
