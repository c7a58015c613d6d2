import type { Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

/** What enrolled cards are narrowed down by. */
export function cardFilters({ cards }: Texts): readonly Filter[] {
  const { fields } = cards;
  const yesOrNo = [
    { value: "true", label: cards.yes },
    { value: "false", label: cards.no },
  ];
  return [
    { kind: "text", name: "bin", label: fields.bin, isFirst: true, pattern: /^\d{1,6}$/ },
    { kind: "text", name: "last4", label: fields.last4, isFirst: true, pattern: /^\d{4}$/ },
    { kind: "text", name: "aref", label: fields.aref, isFirst: true },
    { kind: "text", name: "productCode", label: fields.productCode, isFirst: true },
    { kind: "text", name: "ica", label: fields.ica },
    { kind: "text", name: "country", label: fields.issuerCountry },
    { kind: "time", name: "enrolledFrom", label: fields.enrolledFrom },
    { kind: "time", name: "enrolledTo", label: fields.enrolledTo },
    { kind: "time", name: "createdFrom", label: fields.createdFrom },
    { kind: "time", name: "createdTo", label: fields.createdTo },
    { kind: "time", name: "from", label: fields.seenFrom },
    { kind: "time", name: "to", label: fields.seenTo },
    { kind: "choice", name: "frozen", label: fields.frozen, options: yesOrNo },
    { kind: "choice", name: "enrolled", label: fields.enrolled, options: yesOrNo },
  ];
}
