import { NativeSelect, Textarea } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { REPLACEMENT_CAUSES, type ReplacementCause } from "../../../domain/card/causes.ts";
import { ApiProblem } from "../../api/problem.ts";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import formClasses from "../../shared/form/form.module.css";
import { PanField } from "../../shared/form/PanField.tsx";
import { useCardNumber } from "../../shared/form/useCardNumber.ts";
import { useTexts } from "../../texts/texts.ts";
import { type Card, replaceCard } from "./queries.ts";

/** Gives the card's place to another, after saying what goes and what stays. The number goes to the server and nowhere else. */
export function ReplaceDialog({ card, onClose }: { readonly card: Card; readonly onClose: () => void }) {
  const { cards } = useTexts();
  const { replace, fields } = cards;
  const navigate = useNavigate();
  const [cause, setCause] = useState<ReplacementCause>("LOST");
  const [reason, setReason] = useState("");
  const { isBusy, problem, onPan } = useCardNumber({
    send: async (pan) => await replaceCard(card.cardId, { pan, cause, reason }),
    done: replace.done,
    refusedBecause: (error) => (error instanceof ApiProblem ? error.message : replace.refused),
    onClose,
    onDone: async (cardId) => await navigate({ to: "/cards/$cardId", params: { cardId } }),
  });

  return (
    <Dialog onClose={onClose} title={replace.title}>
      <div className={formClasses["form"]}>
        <ul>
          <li>{replace.refusedNow}</li>
          <li>{replace.goes(card.visits, card.enrolment?.aref ?? null)}</li>
          {card.openEntry === null ? null : <li>{replace.waiting}</li>}
          {card.frozen ? <li>{replace.freezeStays}</li> : null}
          <li>{replace.forGood}</li>
        </ul>
        <NativeSelect
          label={fields.cause}
          value={cause}
          data={REPLACEMENT_CAUSES.map((value) => ({ value, label: cards.causes[value] }))}
          onChange={({ currentTarget }) =>
            setCause(REPLACEMENT_CAUSES.find((one) => one === currentTarget.value) ?? "OTHER")
          }
        />
        <Textarea
          label={fields.reason}
          value={reason}
          maxLength={500}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        <PanField
          label={replace.newNumber}
          verb={replace.verb}
          isBusy={isBusy}
          problem={problem}
          hasFocus={false}
          onPan={onPan}
        />
      </div>
    </Dialog>
  );
}
