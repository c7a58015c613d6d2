import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconBookmark } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTexts } from "../../../texts/texts.ts";
import { viewsQuery } from "./queries.ts";
import { type ViewsProps, viewText } from "./view.ts";

const ViewsDialog = lazy(async () => ({ default: (await import("./ViewsDialog.tsx")).ViewsDialog }));

/** Says which view of the list this is, and opens the others. */
export function Views(props: ViewsProps) {
  const { tables } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery(viewsQuery());
  const shown = viewText(props.search);
  const own = data.find(({ list, search }) => list === props.list && search === shown);
  const name = own?.name ?? props.given.find(({ search }) => viewText(search) === shown)?.name;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconBookmark size={16} aria-hidden="true" />}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {name === undefined ? tables.views.open : <bdi>{tables.views.now(name)}</bdi>}
      </Button>
      <Suspense>{isOpen ? <ViewsDialog {...props} onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  );
}
