import { useNavigate } from "@tanstack/react-router";
import { rulesetInput } from "../../../../domain/ruleset/input.ts";
import { ConfirmDialog } from "../../../shared/dialog/ConfirmDialog.tsx";
import { useTexts } from "../../../texts/texts.ts";
import { toBody } from "../form/toBody.ts";
import { toForm } from "../form/toForm.ts";
import { draftRuleset, type RulesetVersion } from "../queries.ts";

/** A version of the past becomes the draft. */
export function RestoreDialog({
  version,
  etag,
  onClose,
}: {
  readonly version: RulesetVersion;
  readonly etag: string | null;
  readonly onClose: () => void;
}) {
  const { versionsPage } = useTexts().rulesets;
  const navigate = useNavigate();
  const { id } = version;
  return (
    <ConfirmDialog
      title={versionsPage.restoreTitle(version.version)}
      verb={versionsPage.restore}
      act={async (intent) =>
        await draftRuleset(id, rulesetInput.parse(toBody(toForm(version))), { etag, intent })
      }
      done={versionsPage.restored(version.version)}
      onClose={onClose}
      onDone={async () => await navigate({ to: "/rulesets/$id/review", params: { id } })}
    >
      <p>{versionsPage.restoreWhy}</p>
    </ConfirmDialog>
  );
}
