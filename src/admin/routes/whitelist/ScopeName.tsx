import { useNamesOf } from "../../shared/table/named/useNamesOf.ts";
import { useTexts } from "../../texts/texts.ts";

/** Whose list it is, by name. */
export function ScopeName({
  of: { rulesetId, locationId },
}: {
  readonly of: { readonly rulesetId: string | null; readonly locationId: string | null };
}) {
  const { whitelist } = useTexts();
  const [place] = useNamesOf("location", locationId === null ? [] : [locationId]);
  const [rule] = useNamesOf("ruleset", rulesetId === null ? [] : [rulesetId]);
  const { fields } = whitelist;
  return (
    <>
      <span className="meta">{rulesetId === null ? fields.locationId : fields.rulesetId} </span>
      <bdi>{rulesetId === null ? place : rule}</bdi>
    </>
  );
}

/** Several rules by their names. */
export function RuleNames({ ids }: { readonly ids: readonly string[] }) {
  const names = useNamesOf("ruleset", ids);
  return <bdi>{names.join(", ")}</bdi>;
}
