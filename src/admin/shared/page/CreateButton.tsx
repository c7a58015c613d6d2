import { Button } from "@mantine/core";
import { Link, type LinkProps } from "@tanstack/react-router";
import { IconPlus } from "@tabler/icons-react";

const plus = <IconPlus size={16} aria-hidden="true" />;

/** Makes a new one of what the page lists, by a dialog. */
export function CreateButton({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <Button leftSection={plus} onClick={onClick}>
      {label}
    </Button>
  );
}

/** As {@link CreateButton}, on a page of its own. */
export function CreateLink({
  label,
  to,
}: {
  readonly label: string;
  readonly to: NonNullable<LinkProps["to"]>;
}) {
  return (
    <Button component={Link} to={to} leftSection={plus}>
      {label}
    </Button>
  );
}
