import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTexts } from "../../texts/texts.ts";
import type { RulesetItem } from "./queries.ts";

/** What is done with a rule from its list, besides opening it. */
export function RowActions({ rule: { id, name } }: { readonly rule: Pick<RulesetItem, "id" | "name"> }) {
  const { rulesets } = useTexts();
  return (
    <>
      <Button
        variant="subtle"
        size="compact-sm"
        aria-label={rulesets.tryOf(name)}
        renderRoot={(props) => (
          <Link to="/rulesets/$id/edit" params={{ id }} search={{ panel: "try" }} {...props} />
        )}
      >
        {rulesets.try}
      </Button>
      <Button
        variant="subtle"
        size="compact-sm"
        aria-label={rulesets.cloneOf(name)}
        renderRoot={(props) => <Link to="/rulesets/new" search={{ from: id }} {...props} />}
      >
        {rulesets.clone}
      </Button>
    </>
  );
}
