import type { Operation } from "../../../projections/index.ts";
import type { Cell } from "./cell.ts";
import type { Written } from "./exported.ts";

export interface ExportColumn {
  readonly header: string;
  readonly cell: (operation: Operation, time: Written) => Cell;
}

/** One line an entry, with what the list shows. */
export const SUMMARY: readonly ExportColumn[] = [
  { header: "Date", cell: ({ at }, time) => time(at) },
  { header: "Status", cell: ({ status }) => status },
  { header: "Reject error code", cell: ({ code }) => code },
  { header: "Masked PAN", cell: ({ maskedPan }) => maskedPan },
  { header: "Country of Location", cell: ({ country }) => country },
  { header: "Location", cell: ({ locationName }) => locationName },
  { header: "Service", cell: ({ service }) => service },
  { header: "Type", cell: ({ type }) => type },
  { header: "Ruleset", cell: ({ ruleset }) => ruleset?.name ?? null },
  { header: "Ruleset version", cell: ({ ruleset }) => ruleset?.version ?? null },
  { header: "Cost", cell: ({ cost }) => cost },
  { header: "Charged amount", cell: ({ charged }) => charged?.amount ?? null },
  { header: "Charged currency", cell: ({ charged }) => charged?.currency ?? null },
  { header: "Access id", cell: ({ accessId }) => accessId },
];

/** Everything that the source document names for an operation, beside that. */
export const DETAILED: readonly ExportColumn[] = [
  ...SUMMARY,
  { header: "Product", cell: ({ productCode }) => productCode },
  { header: "ICA ID", cell: ({ ica }) => ica },
  { header: "ICA name", cell: ({ issuerName }) => issuerName },
  { header: "Issuer country", cell: ({ issuerCountry }) => issuerCountry },
  { header: "Terminal", cell: ({ terminal }) => terminal },
  { header: "Payment", cell: ({ entryMode }) => entryMode },
  { header: "Payment status", cell: ({ paymentStatus }) => paymentStatus },
  { header: "Card auth response code", cell: ({ cardAuthResponseCode }) => cardAuthResponseCode },
  { header: "Confirmed date", cell: ({ confirmedAt }, time) => time(confirmedAt) },
  { header: "Last change date", cell: ({ lastChangeAt }, time) => time(lastChangeAt) },
  { header: "Free adult guests", cell: ({ allocation }) => allocation?.adults.free ?? null },
  { header: "Paid adult guests", cell: ({ allocation }) => allocation?.adults.paid ?? null },
  { header: "Free children guests", cell: ({ allocation }) => allocation?.children.free ?? null },
  { header: "Paid children guests", cell: ({ allocation }) => allocation?.children.paid ?? null },
  { header: "Children free by age", cell: ({ allocation }) => allocation?.freeChildren ?? null },
  { header: "Flags", cell: ({ flags }) => flags.join(" ") },
  { header: "Reported date", cell: ({ offline }, time) => time(offline?.reportedAt ?? null) },
  { header: "Report number", cell: ({ offline }) => offline?.number ?? null },
  { header: "Review", cell: ({ offline }) => reviewOf(offline) },
  { header: "Review reason", cell: ({ offline }) => offline?.review?.reason ?? null },
  { header: "Reversed by", cell: ({ reversal }) => reversal?.by.id ?? null },
  { header: "Reversed at", cell: ({ reversal }, time) => time(reversal?.at ?? null) },
  { header: "Reversed reason", cell: ({ reversal }) => reversal?.reason ?? null },
  { header: "Request id", cell: ({ requestId }) => requestId },
  { header: "Ruleset id", cell: ({ ruleset }) => ruleset?.id ?? null },
  { header: "Location id", cell: ({ locationId }) => locationId },
  { header: "Merchant id", cell: ({ merchantId }) => merchantId },
  { header: "Card id", cell: ({ cardId }) => cardId },
];

/** Something is amiss that nobody has looked at, or what was decided; null where there was nothing to look at. */
function reviewOf(offline: Operation["offline"]): string | null {
  if (offline === null) return null;
  return offline.waits ? "WAITING" : (offline.review?.decision ?? null);
}
