import { Money } from "../../shared/money/Money.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { MaybeTime, Time } from "../../shared/time/Time.tsx";
import { Who } from "../../shared/people/Who.tsx";
import type { Texts } from "../../texts/texts.ts";
import { word } from "../../texts/word.ts";
import { OperationStatus } from "./OperationStatus.tsx";
import type { Operation } from "./queries.ts";

/** A dash for those who see, nothing for those who listen. */
const NONE = <span aria-hidden="true">–</span>;

export function operationColumns(texts: Texts): readonly Column<Operation>[] {
  const { fields, types, services, costs, modes, payments, flags } = texts.operations;
  return [
    {
      id: "at",
      header: fields.date,
      cell: ({ at }) => <Time at={at} zoneName={false} />,
      sort: { ascending: "at", descending: "-at" },
    },
    { id: "status", header: fields.status, cell: ({ status }) => <OperationStatus status={status} /> },
    {
      id: "code",
      header: fields.reason,
      cell: ({ code }) => (code === null ? NONE : <span title={code}>{word(texts.codes, code)}</span>),
    },
    { id: "card", header: fields.card, cell: ({ maskedPan }) => maskedCard(maskedPan) },
    { id: "country", header: fields.country, cell: ({ country }) => country ?? NONE },
    { id: "location", header: fields.location, cell: ({ locationName }) => named(locationName) },
    {
      id: "service",
      header: fields.service,
      cell: ({ service }) => (service === null ? NONE : word(services, service)),
    },
    {
      id: "ruleset",
      header: fields.ruleset,
      cell: ({ ruleset }) => (ruleset === null ? NONE : named(`${ruleset.name} v${String(ruleset.version)}`)),
    },
    { id: "cost", header: fields.cost, cell: ({ cost }) => (cost === null ? NONE : costs[cost]) },
    {
      id: "guests",
      header: fields.guests,
      cell: ({ allocation }) => (allocation === null ? NONE : guestsOf(allocation)),
      isNumber: true,
    },
    {
      id: "charged",
      header: fields.charged,
      cell: ({ charged }) => <Money money={charged} />,
      isNumber: true,
    },
    { id: "type", header: fields.type, cell: ({ type }) => word(types, type), isExtra: true },
    {
      id: "product",
      header: fields.productCode,
      cell: ({ productCode }) => productCode ?? NONE,
      isExtra: true,
    },
    { id: "ica", header: fields.ica, cell: ({ ica }) => ica ?? NONE, isExtra: true },
    { id: "issuer", header: fields.issuer, cell: ({ issuerName }) => named(issuerName), isExtra: true },
    {
      id: "issuerCountry",
      header: fields.issuerCountry,
      cell: ({ issuerCountry }) => issuerCountry ?? NONE,
      isExtra: true,
    },
    {
      id: "terminal",
      header: fields.terminal,
      cell: ({ terminal }) => <bdi className="mono">{terminal}</bdi>,
      isExtra: true,
    },
    {
      id: "entryMode",
      header: fields.entryMode,
      cell: ({ entryMode }) => (entryMode === null ? NONE : word(modes, entryMode)),
      isExtra: true,
    },
    {
      id: "paymentStatus",
      header: fields.paymentStatus,
      cell: ({ paymentStatus }) => word(payments, paymentStatus),
      isExtra: true,
    },
    {
      id: "responseCode",
      header: fields.responseCode,
      cell: ({ cardAuthResponseCode }) => cardAuthResponseCode ?? NONE,
      isExtra: true,
    },
    {
      id: "flags",
      header: fields.flags,
      cell: ({ flags: raised }) => raised.map((flag) => word(flags, flag)).join(", ") || NONE,
      isExtra: true,
    },
    {
      id: "confirmed",
      header: fields.confirmed,
      cell: ({ confirmedAt }) => <MaybeTime at={confirmedAt} />,
      isExtra: true,
    },
    {
      id: "lastChange",
      header: fields.lastChange,
      cell: ({ lastChangeAt }) => <Time at={lastChangeAt} zoneName={false} />,
      isExtra: true,
    },
    { id: "requestId", header: fields.requestId, cell: ({ requestId }) => named(requestId), isExtra: true },
    {
      id: "reversedAt",
      header: fields.reversedAt,
      cell: ({ reversal }) => <MaybeTime at={reversal?.at} />,
      isExtra: true,
    },
    {
      id: "reversedBy",
      header: fields.reversedBy,
      cell: ({ reversal }) => (reversal === null ? NONE : <Who actor={reversal.by} />),
      isExtra: true,
    },
    {
      id: "reversedReason",
      header: fields.reversedReason,
      cell: ({ reversal }) => named(reversal?.reason ?? null),
      isExtra: true,
    },
  ];
}

function maskedCard(masked: string | null) {
  return masked === null ? NONE : <span className="mono">{masked}</span>;
}

/** What people typed is set apart, whichever way it runs. */
function named(name: string | null) {
  return name === null ? NONE : <bdi>{name}</bdi>;
}

function guestsOf({ adults, children, freeChildren }: NonNullable<Operation["allocation"]>): number {
  return adults.free + adults.paid + children.free + children.paid + freeChildren;
}
