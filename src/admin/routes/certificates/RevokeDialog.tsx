import { TextInput } from "@mantine/core";
import { useState } from "react";
import { ConfirmDialog } from "../../shared/dialog/ConfirmDialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import { type Certificate, revokeCertificate } from "./queries.ts";

export function RevokeDialog({
  certificate: { id, terminal, posId },
  onClose,
}: {
  readonly certificate: Certificate;
  readonly onClose: () => void;
}) {
  const { certificates } = useTexts();
  const [reason, setReason] = useState("");
  return (
    <ConfirmDialog
      title={certificates.revokeTitle(terminal)}
      verb={certificates.revoke}
      act={async (intent) => await revokeCertificate(id, reason.trim() === "" ? null : reason.trim(), intent)}
      done={certificates.revoked}
      isDangerous
      onClose={onClose}
    >
      <p>{certificates.revokeWhy(posId)}</p>
      <p>{certificates.revokeThen}</p>
      <TextInput
        label={certificates.reason}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ConfirmDialog>
  );
}
