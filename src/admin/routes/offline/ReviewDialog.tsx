import { queryClient } from "../../api/queryClient.ts";
import { ReasonDialog } from "../../shared/dialog/ReasonDialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import { type Decision, reviewEntries } from "./queries.ts";

/** One decision on one entry or many, with a reason. */
export function ReviewDialog({
  accessIds,
  decision,
  onClose,
  onDone,
}: {
  readonly accessIds: readonly string[];
  readonly decision: Decision;
  readonly onClose: () => void;
  readonly onDone: () => Promise<void>;
}) {
  const { offline } = useTexts();
  const words = offline.review;
  const isAccepting = decision === "ACCEPTED";
  const count = accessIds.length;
  return (
    <ReasonDialog
      title={isAccepting ? words.acceptTitle : words.disputeTitle}
      label={words.reason}
      wanted={words.reasonWanted}
      verb={isAccepting ? offline.acceptSelected(count) : offline.disputeSelected(count)}
      isDangerous={!isAccepting}
      hasFocus
      act={async (reason, intent) =>
        await reviewEntries({ accessIds: [...accessIds], decision, reason }, intent)
      }
      done={words.done(count)}
      onClose={onClose}
      onDone={async () => {
        await onDone();
        await queryClient.invalidateQueries({ queryKey: ["operations"] });
      }}
    >
      <p>{isAccepting ? words.acceptWhy : words.disputeWhy}</p>
    </ReasonDialog>
  );
}
