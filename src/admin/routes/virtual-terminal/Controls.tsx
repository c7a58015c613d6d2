import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { boot } from "../../api/session.ts";
import { maskPan } from "../../../domain/pan.ts";
import { Check } from "../../shared/form/Check.tsx";
import { useTexts } from "../../texts/texts.ts";
import { GuestSteppers } from "./GuestSteppers.tsx";
import { TEST_CARDS } from "./testCards.ts";
import type { useVisit } from "./useVisit.ts";
import type { Visit } from "./visit.ts";
import classes from "./VirtualTerminal.module.css";

/** Languages in which the server has texts for a terminal's screen. */
const LANGUAGES = ["en", "pl", "de", "es", "tr"] as const;

interface ControlsProps {
  readonly walk: ReturnType<typeof useVisit>;
  readonly language: string;
  readonly onLanguage: (language: string) => void;
  readonly losesReply: boolean;
  readonly onLosesReply: (losesReply: boolean) => void;
}

/** The terminal's buttons, in the order of a visit. */
export function Controls({ walk, language, onLanguage, losesReply, onLosesReply }: ControlsProps) {
  const { virtualTerminal } = useTexts();
  const { controls } = virtualTerminal;
  const [card, setCard] = useState("0");
  const [isKnown, setKnown] = useState(false);
  const { pan } = TEST_CARDS[Number(card)] ?? TEST_CARDS[0];
  const { visit, isBusy, step } = walk;
  const isOpen = visit.kind === "granted" || visit.kind === "unheard";
  return (
    <div className={classes["controls"]}>
      <NativeSelect
        label={controls.card}
        value={card}
        onChange={({ currentTarget }) => setCard(currentTarget.value)}
        data={TEST_CARDS.map(({ pan: number, demo }, index) => ({
          value: String(index),
          label: demo === null || !boot.installation.demo ? maskPan(number) : `${maskPan(number)} (${demo})`,
        }))}
      />
      <Check
        label={controls.identity}
        description={controls.identityWhy}
        checked={isKnown}
        onChange={setKnown}
      />
      <div className={classes["buttons"]}>
        <Button
          disabled={!isKnown || isBusy}
          variant={isOpen ? "default" : "filled"}
          onClick={() => step({ kind: "tap", pan })}
        >
          {controls.tap}
        </Button>
        <Button variant="default" disabled={isBusy} onClick={() => walk.play(pan)}>
          {controls.play}
        </Button>
      </div>
      <AfterTap walk={walk} visit={visit} />
      <details>
        <summary>{controls.more}</summary>
        <div className={classes["controls"]}>
          <NativeSelect
            label={controls.language}
            value={language}
            onChange={({ currentTarget }) => onLanguage(currentTarget.value)}
            data={LANGUAGES.map((value) => ({ value, label: controls.languages[value] }))}
          />
          <Check
            label={controls.lose}
            description={controls.loseWhy}
            checked={losesReply}
            onChange={onLosesReply}
          />
        </div>
      </details>
    </div>
  );
}

/** What can be done next with the card that was tapped. */
function AfterTap({ walk, visit }: { readonly walk: ReturnType<typeof useVisit>; readonly visit: Visit }) {
  const { controls } = useTexts().virtualTerminal;
  const [isCollected, setCollected] = useState(true);
  const { isBusy, step, guests } = walk;
  if (visit.kind === "unheard") {
    const { sent } = visit;
    return (
      <div className={classes["buttons"]}>
        <Button disabled={isBusy} onClick={() => step(sent)}>
          {controls.again}
        </Button>
        <Button variant="default" disabled={isBusy} onClick={() => step({ kind: "ask", sent })}>
          {controls.ask}
        </Button>
      </div>
    );
  }
  if (visit.kind !== "granted") return null;
  const { answer: granted, quote } = visit;
  return (
    <>
      <GuestSteppers granted={granted} guests={guests} onChange={walk.setGuests} />
      {quote === null || quote.total === null ? null : (
        <Check label={controls.collected} checked={isCollected} onChange={setCollected} />
      )}
      <div className={classes["buttons"]}>
        <Button disabled={isBusy} onClick={() => step({ kind: "confirm", granted, quote, isCollected })}>
          {controls.confirm}
        </Button>
        <Button variant="default" disabled={isBusy} onClick={() => step({ kind: "quote", granted })}>
          {controls.quote}
        </Button>
        <Button variant="default" disabled={isBusy} onClick={() => step({ kind: "cancel", granted })}>
          {controls.cancel}
        </Button>
      </div>
    </>
  );
}
