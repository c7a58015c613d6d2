import { Button } from "@mantine/core";
import { Time } from "../../../shared/time/Time.tsx";
import { useTexts } from "../../../texts/texts.ts";
import classes from "./RulesetEditor.module.css";
import type { KeptDraft } from "./useKeptDraft.ts";

/** What was typed here before the tab was closed, or the browser fell. */
export function DraftOffer({
  draft: { offered, isOfOlder, takeBack, discard },
}: {
  readonly draft: KeptDraft;
}) {
  const { kept } = useTexts().rulesets;
  if (offered === null) return null;
  return (
    <div role="status" className={classes["offer"]}>
      <p>
        {kept.found} <Time at={offered.at} />
        {". "}
        {isOfOlder ? kept.older : null}
      </p>
      <div className={classes["offerButtons"]}>
        <Button onClick={takeBack}>{kept.takeBack}</Button>
        <Button variant="default" onClick={discard}>
          {kept.discard}
        </Button>
      </div>
    </div>
  );
}
