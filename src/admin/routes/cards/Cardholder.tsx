import { Button } from "@mantine/core";
import { useState } from "react";
import { ConfirmDialog } from "../../shared/dialog/ConfirmDialog.tsx";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { useTexts } from "../../texts/texts.ts";
import classes from "./cards.module.css";
import { eraseCardholder } from "./queries.ts";

/** What a cardholder may ask for: what is held, and to be forgotten. */
export function Cardholder({ cardId, isErased }: { readonly cardId: string; readonly isErased: boolean }) {
  const { cardholder: words } = useTexts().cards;
  const [isErasing, setErasing] = useState(false);
  return (
    <section aria-label={words.title}>
      <SectionHead title={words.title} />
      <p>{isErased ? words.erased : words.why}</p>
      <div className={classes["rights"]}>
        <Button component="a" variant="default" href={`/api/cards/${cardId}/held`} download>
          {words.download}
        </Button>
        {isErased ? null : (
          <Button variant="default" onClick={() => setErasing(true)}>
            {words.erase}
          </Button>
        )}
      </div>
      {isErasing ? (
        <ConfirmDialog
          title={words.erase}
          verb={words.erase}
          done={words.done}
          isDangerous
          act={async (intent) => await eraseCardholder(cardId, intent)}
          onClose={() => setErasing(false)}
        >
          <p>{words.goes}</p>
          <p>{words.stays}</p>
        </ConfirmDialog>
      ) : null}
    </section>
  );
}
