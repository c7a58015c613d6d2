import { Link } from "@tanstack/react-router";
import { may } from "../../../api/session.ts";
import { Money } from "../../../shared/money/Money.tsx";
import { type Fact, Facts } from "../../../shared/page/Facts.tsx";
import { MaybeTime, Time } from "../../../shared/time/Time.tsx";
import { Who } from "../../../shared/people/Who.tsx";
import { useTexts } from "../../../texts/texts.ts";
import { word } from "../../../texts/word.ts";
import type { OperationDetails } from "../queries.ts";

function withMeaning(code: string | null, meanings: Readonly<Record<string, string>>): string | null {
  const meaning = code === null ? undefined : meanings[code];
  return meaning === undefined ? code : `${code ?? ""}: ${meaning}`;
}

/** Everything that the source document names for an operation. */
export function OperationFacts({ operation }: { readonly operation: OperationDetails }) {
  const { operation: words, operations, codes, places } = useTexts();
  const { fields } = operations;
  const { allocation, reversal } = operation;
  const heads: readonly Fact[] =
    allocation === null
      ? []
      : [
          [words.paidCardholder, operation.cost === "PAID" ? places.fields.yes : places.fields.no],
          [words.freeAdults, String(allocation.adults.free)],
          [words.paidAdults, String(allocation.adults.paid)],
          [words.freeChildren, String(allocation.children.free)],
          [words.paidChildren, String(allocation.children.paid)],
          [words.freeByAge, String(allocation.freeChildren)],
        ];
  const taken: readonly Fact[] =
    reversal === null
      ? []
      : [
          [fields.reversedBy, <Who key="value" actor={reversal.by} />],
          [fields.reversedAt, <Time key="value" at={reversal.at} />],
          [fields.reversedReason, reversal.reason],
        ];
  return (
    <Facts
      label={words.facts}
      facts={[
        [fields.date, <Time key="value" at={operation.at} />],
        [fields.card, <CardLink key="value" operation={operation} />],
        [fields.country, operation.country],
        [fields.location, <LocationLink key="value" operation={operation} />],
        [fields.service, operation.service === null ? null : word(operations.services, operation.service)],
        [fields.type, word(operations.types, operation.type)],
        [
          fields.reason,
          operation.code === null ? null : `${word(codes, operation.code)} (${operation.code})`,
        ],
        [fields.responseCode, withMeaning(operation.cardAuthResponseCode, words.responseCodes)],
        [fields.productCode, operation.productCode],
        [words.icaId, operation.ica],
        [words.icaName, operation.issuerName],
        [fields.issuerCountry, operation.issuerCountry],
        [fields.terminal, <TerminalLink key="value" serial={operation.terminal} />],
        [fields.entryMode, operation.entryMode === null ? null : word(operations.modes, operation.entryMode)],
        [words.requested, <Time key="value" at={operation.at} />],
        [fields.confirmed, <MaybeTime key="value" at={operation.confirmedAt} />],
        [fields.lastChange, <Time key="value" at={operation.lastChangeAt} />],
        ...heads,
        [fields.charged, <Money key="value" money={operation.charged} />],
        [fields.paymentStatus, <PaymentLink key="value" operation={operation} />],
        [fields.flags, operation.flags.map((flag) => word(operations.flags, flag)).join(", ")],
        [words.cancelReason, operation.cancelReason],
        ...taken,
        [
          fields.requestId,
          operation.requestId === null ? null : <code key="value">{operation.requestId}</code>,
        ],
      ]}
    />
  );
}

/** Of a fee that the acquirer charges it is told what was asked and answered. */
function PaymentLink({ operation }: { readonly operation: OperationDetails }) {
  const { operations } = useTexts();
  const { accessId: id, charged, collectedBy, paymentStatus } = operation;
  const text = word(operations.payments, paymentStatus);
  if (collectedBy === null || charged === null || !may("payments:read")) return text;
  return (
    <Link to="/payments/$id" params={{ id }}>
      {text}
    </Link>
  );
}

function CardLink({ operation: { cardId, maskedPan } }: { readonly operation: OperationDetails }) {
  const text = <span className="mono">{maskedPan ?? cardId}</span>;
  return may("cards:read") ? (
    <Link to="/cards/$cardId" params={{ cardId }}>
      {text}
    </Link>
  ) : (
    text
  );
}

function LocationLink({ operation: { locationId, locationName } }: { readonly operation: OperationDetails }) {
  if (locationId === null) return <span aria-hidden="true">–</span>;
  const name = <bdi>{locationName ?? locationId}</bdi>;
  return may("locations:read") ? (
    <Link to="/locations/$id" params={{ id: locationId }}>
      {name}
    </Link>
  ) : (
    name
  );
}

function TerminalLink({ serial }: { readonly serial: string }) {
  const name = <bdi className="mono">{serial}</bdi>;
  return may("terminals:read") ? (
    <Link to="/terminals/$serial" params={{ serial }}>
      {name}
    </Link>
  ) : (
    name
  );
}
