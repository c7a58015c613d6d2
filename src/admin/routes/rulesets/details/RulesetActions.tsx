import { Button } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { may } from "../../../api/session.ts";
import { ConfirmDialog } from "../../../shared/dialog/ConfirmDialog.tsx";
import { useTexts } from "../../../texts/texts.ts";
import { deleteDraft, retireRuleset, type Ruleset, unscheduleRuleset } from "../queries.ts";

type Dialog = "unschedule" | "retire" | "delete";

interface RulesetActionsProps {
  readonly ruleset: Ruleset;
  readonly etag: string | null;
}

/** What can be done with a rule as it stands: only what the server would take. */
export function RulesetActions({ ruleset, etag }: RulesetActionsProps) {
  const { rulesets } = useTexts();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const { id, draft, status, version, scheduled } = ruleset;
  const isWriter = may("rulesets:write");
  const button = (name: Dialog, label: string) => (
    <Button variant="default" onClick={() => setDialog(name)}>
      {label}
    </Button>
  );
  return (
    <>
      {isWriter ? (
        <>
          {draft !== null || status === "RETIRED" ? (
            <Button component={Link} to={`/rulesets/${id}/review`}>
              {rulesets.review}
            </Button>
          ) : null}
          <Button component={Link} to={`/rulesets/${id}/edit`} variant="default">
            {rulesets.edit}
          </Button>
          <Button
            variant="default"
            renderRoot={(props) => (
              <Link to="/rulesets/$id/edit" params={{ id }} search={{ panel: "try" }} {...props} />
            )}
          >
            {rulesets.tryIt}
          </Button>
          <Button
            variant="default"
            renderRoot={(props) => <Link to="/rulesets/new" search={{ from: id }} {...props} />}
          >
            {rulesets.clone}
          </Button>
        </>
      ) : null}
      <Button component={Link} to={`/rulesets/${id}/versions`} variant="default">
        {rulesets.versions}
      </Button>
      {isWriter && scheduled !== null ? button("unschedule", rulesets.unschedule) : null}
      {isWriter && status === "PUBLISHED" ? button("retire", rulesets.retire) : null}
      {isWriter && version === 0 ? button("delete", rulesets.remove) : null}
      {dialog === null ? null : (
        <ActionDialog dialog={dialog} ruleset={ruleset} etag={etag} onClose={() => setDialog(null)} />
      )}
    </>
  );
}

function ActionDialog({
  dialog,
  ruleset: { id, name },
  etag,
  onClose,
}: RulesetActionsProps & { readonly dialog: Dialog; readonly onClose: () => void }) {
  const { rulesets } = useTexts();
  const navigate = useNavigate();
  switch (dialog) {
    case "unschedule":
      return (
        <ConfirmDialog
          title={rulesets.unscheduleTitle}
          verb={rulesets.unschedule}
          act={async (intent) => await unscheduleRuleset(id, { etag, intent })}
          done={rulesets.unscheduled}
          onClose={onClose}
        >
          <p>{rulesets.unscheduleWhy}</p>
        </ConfirmDialog>
      );
    case "retire":
      return (
        <ConfirmDialog
          title={rulesets.retireTitle(name)}
          verb={rulesets.retire}
          act={async (intent) => await retireRuleset(id, { etag, intent })}
          done={rulesets.retired(name)}
          isDangerous
          onClose={onClose}
        >
          <p>{rulesets.retireWhy}</p>
        </ConfirmDialog>
      );
    case "delete":
      return (
        <ConfirmDialog
          title={rulesets.removeTitle(name)}
          verb={rulesets.remove}
          act={async (intent) => await deleteDraft(id, { etag, intent })}
          done={rulesets.removed(name)}
          isDangerous
          onClose={onClose}
          onDone={async () => await navigate({ to: "/rulesets" })}
        >
          <p>{rulesets.removeWhy}</p>
        </ConfirmDialog>
      );
  }
}
