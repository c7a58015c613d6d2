import { z } from "zod";
import { LongTextField } from "../../shared/form/fields.tsx";
import { FormFrame } from "../../shared/form/FormFrame.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import { say } from "../../shared/page/toasts.ts";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import { Consequences } from "./Consequences.tsx";
import { actOnTerminal, type Terminal, type TerminalAct } from "./queries.ts";

const reason = z.string().trim().max(500);
const WANTS_REASON: Readonly<Record<TerminalAct, boolean>> = { suspend: true, resume: false, unpair: true };

/** Something done to the terminal as a whole, with what comes of it and the reason that is kept in its history. */
export function TerminalActDialog({
  terminal: life,
  act,
  onClose,
  onDone = onClose,
}: {
  readonly terminal: Terminal;
  readonly act: TerminalAct;
  readonly onClose: () => void;
  /** Goes on with something else instead of closing. */
  readonly onDone?: () => void;
}) {
  const { places, history } = useTexts();
  const { terminal } = places;
  const { serialNumber } = life;
  const words = {
    suspend: [terminal.suspendTitle, terminal.suspendWhy, terminal.suspend, terminal.suspended],
    resume: [terminal.resumeTitle, terminal.resumeWhy, terminal.resume, terminal.resumed],
    unpair: [terminal.unpairTitle, terminal.unpairWhy, terminal.unpair, terminal.unpaired],
  } as const;
  const [title, why, verb, done] = words[act];
  const isWanted = WANTS_REASON[act];
  const own = useBodyForm<{ reason: string }, { reason: string }, null>({
    defaults: { reason: "" },
    toBody: (typed) => typed,
    schema: z.object({ reason: isWanted ? reason.min(1) : reason }),
    send: async (body, intent) => {
      await actOnTerminal(serialNumber, act, { reason: body.reason === "" ? null : body.reason, intent });
      return null;
    },
    onDone: () => {
      say(done(serialNumber));
      onDone();
    },
  });
  return (
    <Dialog onClose={onClose} title={title(serialNumber)}>
      <FormFrame of={own} labels={{ reason: history.reason }} verb={verb} onCancel={onClose}>
        <p>{why}</p>
        {act === "resume" ? null : <Consequences terminal={life} />}
        <LongTextField
          control={own.form.control}
          name="reason"
          label={history.reason}
          isOptional={!isWanted}
        />
      </FormFrame>
    </Dialog>
  );
}
