import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { IconBookmark } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTexts } from "../../../texts/texts.ts";
import { say } from "../../page/toasts.ts";
import { chosenView, keptSearch } from "./chosenView.ts";
import { changeView, viewsQuery } from "./queries.ts";
import { type ViewsProps, viewText } from "./view.ts";

const ViewsDialog = lazy(async () => ({ default: (await import("./ViewsDialog.tsx")).ViewsDialog }));

/** Says which view of the list this is and whether it was changed since, and opens the others. */
export function Views(props: ViewsProps) {
  const { views: words } = useTexts().tables;
  const [isOpen, setOpen] = useState(false);
  const navigate = useNavigate();
  const { data } = useQuery(viewsQuery());
  const kept = data.filter(({ list }) => list === props.list);
  const chosen = chosenView(props.search, kept, props.given);
  const saving = useMutation({ mutationFn: changeView });

  function save(view: Parameters<typeof changeView>[0]): void {
    const search = viewText({ ...props.search, cols: props.columns.join(",") });
    saving.mutate(
      { ...view, search },
      {
        onSuccess: () => {
          say(words.replaced(view.name));
          void navigate({ to: ".", search: keptSearch({ id: view.id, search }), replace: true });
        },
        onError: () => setOpen(true),
      },
    );
  }

  const own = chosen?.kept?.isOwn === true ? chosen.kept : null;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconBookmark size={16} aria-hidden="true" />}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {chosen === null ? (
          words.open
        ) : (
          <bdi>{chosen.isModified ? words.modified(chosen.name) : words.now(chosen.name)}</bdi>
        )}
      </Button>
      {chosen?.isModified !== true ? null : (
        <>
          {own === null ? null : (
            <Button
              variant="default"
              loading={saving.isPending}
              aria-label={words.of(words.saveChanges, chosen.name)}
              onClick={() => save(own)}
            >
              {words.saveChanges}
            </Button>
          )}
          <Button variant="default" aria-haspopup="dialog" onClick={() => setOpen(true)}>
            {words.saveAs}
          </Button>
          <Button
            variant="default"
            aria-label={words.of(words.reset, chosen.name)}
            renderRoot={(root) => <Link to="." search={chosen.search} {...root} />}
          >
            {words.reset}
          </Button>
        </>
      )}
      <Suspense>{isOpen ? <ViewsDialog {...props} onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  );
}
