import { useQuery } from "@tanstack/react-query";
import { queryClient } from "../../api/queryClient.ts";
import { ConfirmDialog } from "../../shared/dialog/ConfirmDialog.tsx";
import { ReasonDialog } from "../../shared/dialog/ReasonDialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import { adjustmentQuery, decideAdjustments, withdrawAdjustment } from "./queries.ts";

interface DecideDialogProps {
  readonly ids: readonly string[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export type Deciding = "APPROVED" | "DECLINED" | "WITHDRAWN";

/** One decision on one proposal or many of others, or one's own taken back. */
export function DecideDialog({ decision, ...props }: DecideDialogProps & { readonly decision: Deciding }) {
  switch (decision) {
    case "APPROVED":
      return <Approve {...props} />;
    case "DECLINED":
      return <Decline {...props} />;
    case "WITHDRAWN":
      return <Withdraw {...props} />;
  }
}

function Approve({ ids, onClose, onDone }: DecideDialogProps) {
  const { adjustments: words } = useTexts();
  return (
    <ConfirmDialog
      title={words.approveTitle}
      verb={words.approve(ids.length)}
      act={async (intent) => {
        const body = { adjustmentIds: [...ids], decision: "APPROVED" as const, reason: "" };
        await check(await decideAdjustments(body, intent), words.notDone, onDone);
      }}
      done={words.done(ids.length)}
      onClose={onClose}
      onDone={async () => {
        onDone();
        await Promise.resolve();
      }}
    >
      <p>{words.approveWhy}</p>
      <Left ids={ids} />
    </ConfirmDialog>
  );
}

function Decline({ ids, onClose, onDone }: DecideDialogProps) {
  const { adjustments: words } = useTexts();
  return (
    <ReasonDialog
      title={words.declineTitle}
      label={words.declineReason}
      wanted={words.reasonWanted}
      verb={words.decline(ids.length)}
      isDangerous
      hasFocus
      act={async (reason, intent) => {
        const body = { adjustmentIds: [...ids], decision: "DECLINED" as const, reason };
        await check(await decideAdjustments(body, intent), words.notDone, onDone);
      }}
      done={words.done(ids.length)}
      onClose={onClose}
      onDone={async () => {
        onDone();
        await queryClient.invalidateQueries();
      }}
    >
      <p>{words.declineWhy}</p>
    </ReasonDialog>
  );
}

function Withdraw({ ids, onClose, onDone }: DecideDialogProps) {
  const { adjustments: words } = useTexts();
  return (
    <ConfirmDialog
      title={words.withdrawTitle}
      verb={words.withdraw}
      act={async (intent) => {
        for (const id of ids) await withdrawAdjustment(id, intent);
      }}
      done={words.withdrawn}
      onClose={onClose}
      onDone={async () => {
        onDone();
        await Promise.resolve();
      }}
    >
      <p>{words.withdrawWhy}</p>
    </ConfirmDialog>
  );
}

/** What approving one of them comes to. */
function Left({ ids }: { readonly ids: readonly string[] }) {
  const { adjustments: words } = useTexts();
  const [id] = ids;
  const isOne = id !== undefined && ids.length === 1;
  const { data } = useQuery({ ...adjustmentQuery(id ?? ""), enabled: isOne });
  if (data === undefined || data.before === null || data.after === null) return null;
  const shown = (count: number | "UNLIMITED"): string =>
    count === "UNLIMITED" ? words.unlimited : String(count);
  const { before, after, free, paid } = data;
  return (
    <>
      {free === 0 ? null : <p>{words.left(shown(before.free), shown(after.free))}</p>}
      {paid === 0 ? null : <p>{words.leftPaid(shown(before.paid), shown(after.paid))}</p>}
    </>
  );
}

/** Of several some may not have been decided any more. */
async function check(notDone: number, words: (count: number) => string, onDone: () => void): Promise<void> {
  if (notDone === 0) return;
  onDone();
  await queryClient.invalidateQueries();
  throw new NotAllDecidedError(words(notDone));
}

class NotAllDecidedError extends Error {
  override readonly name = "NotAllDecidedError";
}
