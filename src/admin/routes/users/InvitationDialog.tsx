import { SecretDialog } from "../../shared/dialog/SecretDialog.tsx";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { zoneOf } from "../../shared/preferences.ts";
import { formatInstant } from "../../shared/time/format.ts";
import { useTexts } from "../../texts/texts.ts";
import type { Invitation } from "./queries.ts";

/** The link, shown once. */
export function InvitationDialog({
  invitation: { link, expiresAt },
  onClose,
}: {
  readonly invitation: Invitation;
  readonly onClose: () => void;
}) {
  const { invitation } = useTexts().people;
  const { preferences } = usePreferences();
  const time = formatInstant(expiresAt, {
    language: preferences.language,
    zone: zoneOf(preferences),
    seconds: false,
  });
  return (
    <SecretDialog
      title={invitation.title}
      why={invitation.why(time)}
      label={invitation.link}
      secret={link}
      onClose={onClose}
    />
  );
}
