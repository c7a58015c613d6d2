import { ActionIcon } from "@mantine/core";
import { IconHelp } from "@tabler/icons-react";
import { useTexts } from "../../texts/texts.ts";

export function HelpButton({ onOpen }: { readonly onOpen: () => void }) {
  const { shell } = useTexts();
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={32}
      aria-label={shell.help}
      aria-haspopup="dialog"
      onClick={onOpen}
    >
      <IconHelp size={20} aria-hidden="true" />
    </ActionIcon>
  );
}
