import { TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ApiProblem } from "../../api/problem.ts";
import { queryClient } from "../../api/queryClient.ts";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import formClasses from "../../shared/form/form.module.css";
import { PanField } from "../../shared/form/PanField.tsx";
import { say } from "../../shared/page/toasts.ts";
import { useTexts } from "../../texts/texts.ts";
import { enrolCard } from "./queries.ts";

/** Enrols a card by its number, which goes to the server and nowhere else. */
export function EnrolByNumberDialog({ onClose }: { readonly onClose: () => void }) {
  const { cards } = useTexts();
  const { enrol, fields, lookup, acts } = cards;
  const navigate = useNavigate();
  const [aref, setAref] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function send(pan: string): Promise<void> {
    if (aref.trim() === "") {
      setProblem(enrol.arefWanted);
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      const cardId = await enrolCard({ pan, aref, reason: "" }, null);
      say(acts.enroll.done);
      onClose();
      await queryClient.invalidateQueries();
      await navigate({ to: "/cards/$cardId", params: { cardId } });
    } catch (error) {
      setProblem(error instanceof ApiProblem ? error.message : enrol.refused);
    } finally {
      setBusy(false);
    }
  }

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
          isBusy={isBusy}
          problem={problem}
          hasFocus={false}
          onPan={(pan) => void send(pan)}
        />
      </div>
    </Dialog>
  );
}
