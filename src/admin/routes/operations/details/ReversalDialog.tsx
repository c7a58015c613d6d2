import { Button, InputBase, Radio, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { queryClient } from "../../../api/queryClient.ts";
import { ProblemText } from "../../../shared/form/FormProblem.tsx";
import { useOneAtATime } from "../../../shared/form/useOneAtATime.ts";
import { formatMoney } from "../../../shared/money/format.ts";
import { usePreferences } from "../../../shared/page/preferencesContext.ts";
import { say } from "../../../shared/page/toasts.ts";
import { Dialog } from "../../../shared/dialog/Dialog.tsx";
import { useTexts } from "../../../texts/texts.ts";
import { type OperationDetails, reverseOperation } from "../queries.ts";
import classes from "../../../shared/dialog/ReasonDialog.module.css";

const MOST_REASON = 500;
const NOBODY = { adults: 0, children: 0, freeChildren: 0 };
const KINDS = ["adults", "children", "freeChildren"] as const;

/** Takes an entry back, or some of its guests. Sent twice it is done once. */
export function ReversalDialog({
  operation,
  etag,
  onClose,
}: {
  readonly operation: OperationDetails;
  readonly etag: string | null;
  readonly onClose: () => void;
}) {
  const { operation: words, shell } = useTexts();
  const { reversal } = words;
  const { preferences } = usePreferences();
  const intent = useRef({ content: "", id: "" });
  const once = useOneAtATime();
  const [scope, setScope] = useState<"whole" | "part">("whole");
  const [guests, setGuests] = useState(NOBODY);
  const reason = useRef<HTMLTextAreaElement>(null);
  const most = guestsOf(operation);
  const hasGuests = KINDS.some((kind) => most[kind] > 0);
  const sending = useMutation({
    mutationFn: async () => {
      const text = reason.current?.value.trim() ?? "";
      const body = { reason: text === "" ? null : text, guests: scope === "part" ? guests : null };
      const content = JSON.stringify(body);
      if (intent.current.content !== content) intent.current = { content, id: crypto.randomUUID() };
      await reverseOperation(operation.accessId, body, { etag, intent: intent.current.id });
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries();
      say(scope === "whole" ? reversal.done : reversal.donePart);
      onClose();
    },
  });
  return (
    <Dialog onClose={onClose} title={reversal.title}>
      <form
        className={classes["body"]}
        onSubmit={(event) => {
          event.preventDefault();
          once(async () => await sending.mutateAsync());
        }}
      >
        {sending.error === null ? null : (
          <div role="alert" className={classes["problem"]}>
            <ProblemText problem={sending.error} />
          </div>
        )}
        {hasGuests ? (
          <Radio.Group
            value={scope}
            onChange={(value) => setScope(value === "part" ? "part" : "whole")}
            label={reversal.title}
          >
            <Radio value="whole" label={reversal.whole} description={reversal.wholeWhy} />
            <Radio value="part" label={reversal.part} description={reversal.partWhy} />
          </Radio.Group>
        ) : (
          <p>{reversal.wholeWhy}</p>
        )}
        {scope === "part"
          ? KINDS.filter((kind) => most[kind] > 0).map((kind) => (
              <TextInput
                key={kind}
                type="number"
                label={reversal[kind]}
                description={reversal.most(most[kind])}
                min={0}
                max={most[kind]}
                value={guests[kind]}
                onChange={({ currentTarget }) =>
                  setGuests((before) => ({ ...before, [kind]: currentTarget.valueAsNumber || 0 }))
                }
              />
            ))
          : null}
        {operation.charged === null ? null : (
          <p>{reversal.fee(formatMoney(operation.charged, preferences.language))}</p>
        )}
        <InputBase
          component="textarea"
          rows={3}
          multiline
          ref={reason}
          label={`${reversal.reason} (${shell.optional})`}
          maxLength={MOST_REASON}
        />
        <div className={classes["foot"]}>
          <Button type="submit" color="red.8" loading={sending.isPending}>
            {scope === "whole" ? reversal.submit : reversal.submitPart}
          </Button>
          <Button variant="default" data-autofocus onClick={onClose}>
            {shell.cancel}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function guestsOf({ allocation }: OperationDetails): Readonly<typeof NOBODY> {
  if (allocation === null) return NOBODY;
  const { adults, children, freeChildren } = allocation;
  return { adults: adults.free + adults.paid, children: children.free + children.paid, freeChildren };
}
