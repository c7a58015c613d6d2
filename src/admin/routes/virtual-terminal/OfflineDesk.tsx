import { Button, NativeSelect, NumberInput } from "@mantine/core";
import { useState } from "react";
import type { Tapped } from "../../../terminalKit/offlineTerminal.ts";
import { maskPan } from "../../../domain/pan.ts";
import { Check } from "../../shared/form/Check.tsx";
import { formatMoney } from "../../shared/money/format.ts";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { Status } from "../../shared/status/Status.tsx";
import { useTexts } from "../../texts/texts.ts";
import { TEST_CARDS } from "./testCards.ts";
import type { Offline } from "./useOffline.ts";
import { NO_GUESTS } from "./visit.ts";
import classes from "./VirtualTerminal.module.css";

/** The terminal's screen and buttons while its line is cut: it asks for guests first, since it decides once. */
export function OfflineDesk({ offline }: { readonly offline: Offline }) {
  const { controls, line } = useTexts().virtualTerminal;
  const [card, setCard] = useState("0");
  const [adults, setAdults] = useState(0);
  const [isCollected, setCollected] = useState(true);
  const { pan } = TEST_CARDS[Number(card)] ?? TEST_CARDS[0];
  return (
    <>
      <div className={classes["screen"]} role="status" aria-busy={offline.isBusy}>
        <Answer tapped={offline.tapped} />
      </div>
      <div className={classes["controls"]}>
        <NativeSelect
          label={controls.card}
          value={card}
          onChange={({ currentTarget }) => setCard(currentTarget.value)}
          data={TEST_CARDS.map(({ pan: number }, index) => ({
            value: String(index),
            label: maskPan(number),
          }))}
        />
        <NumberInput
          label={controls.adults}
          value={adults}
          min={0}
          max={9}
          allowDecimal={false}
          clampBehavior="strict"
          onChange={(value) => setAdults(Number(value))}
        />
        <Check label={line.collected} checked={isCollected} onChange={setCollected} />
        <div className={classes["buttons"]}>
          <Button
            disabled={offline.isBusy}
            onClick={() => offline.tap({ pan, guests: { ...NO_GUESTS, adults }, isCollected })}
          >
            {controls.tap}
          </Button>
        </div>
      </div>
    </>
  );
}

function Answer({ tapped }: { readonly tapped: Tapped | null }) {
  const { screen, line } = useTexts().virtualTerminal;
  const { preferences } = usePreferences();
  if (tapped === null) return <p className={classes["message"]}>{line.ready}</p>;
  switch (tapped.kind) {
    case "admitted":
      return (
        <>
          <Status tone="ok" icon="check" word={screen.granted} />
          <p>
            {tapped.due === null
              ? screen.nothingDue
              : line.taken(formatMoney(tapped.due, preferences.language))}
          </p>
          <p className="meta">{line.writtenDown(tapped.report.number)}</p>
        </>
      );
    case "refused":
      return (
        <>
          <Status tone="bad" icon="cross" word={screen.rejected} />
          <p>{line.refusals[tapped.why]}</p>
          <p className="meta">
            {tapped.report === null ? line.notWrittenDown : line.writtenDown(tapped.report.number)}
          </p>
        </>
      );
    case "tooManyGuests":
      return (
        <>
          <Status tone="warn" icon="cross" word={line.tooManyGuests} />
          <p>{line.mostGuests(tapped.terms.guests.max)}</p>
        </>
      );
    case "notPaid":
      return (
        <>
          <Status tone="warn" icon="cross" word={line.notPaid} />
          <p>{screen.due(formatMoney(tapped.due, preferences.language))}</p>
        </>
      );
  }
}
