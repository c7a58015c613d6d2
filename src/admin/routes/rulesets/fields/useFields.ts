import type { RulesetBody } from "../../../../domain/ruleset/events.ts";
import { useTexts } from "../../../texts/texts.ts";
import { useNames } from "../summary/useNames.ts";
import { fieldsOf, type RulesetField } from "./fields.ts";

/** A rule's fields in the words that are chosen. */
export function useFields(): (body: RulesetBody) => readonly RulesetField[] {
  const texts = useTexts();
  const names = useNames();
  return (body) => fieldsOf(body, { texts, names });
}
