import { TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ApiProblem } from "../../api/problem.ts";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import formClasses from "../../shared/form/form.module.css";
import { PanField } from "../../shared/form/PanField.tsx";
import { useCardNumber } from "../../shared/form/useCardNumber.ts";
import { useTexts } from "../../texts/texts.ts";
import { enrolCard } from "./queries.ts";

/** Enrols a card by its number, which goes to the server and nowhere else. */
export function EnrolByNumberDialog({ onClose }: { readonly onClose: () => void }) {
  const { cards } = useTexts();
  const { enrol, fields, lookup, acts } = cards;
  const navigate = useNavigate();
  const [aref, setAref] = useState("");
  const { setProblem, onPan, ...sending } = useCardNumber({
    send: async (pan) => await enrolCard({ pan, aref, reason: "" }, null),
    done: acts.enroll.done,
    refusedBecause: (error) => (error instanceof ApiProblem ? error.message : enrol.refused),
    onClose,
    onDone: async (cardId) => await navigate({ to: "/cards/$cardId", params: { cardId } }),
  });

  return (
    <Dialog onClose={onClose} title={acts.enroll.title}>
      <div className={formClasses["form"]}>
        <TextInput
          label={fields.aref}
          description={enrol.arefHelp}
          value={aref}
          maxLength={64}
          autoComplete="off"
          onChange={({ currentTarget }) => setAref(currentTarget.value)}
        />
        <PanField
          label={lookup.label}
          verb={acts.enroll.verb}
          {...sending}
          hasFocus={false}
          onPan={(pan) => (aref.trim() === "" ? setProblem(enrol.arefWanted) : onPan(pan))}
        />
      </div>
    </Dialog>
  );
}
