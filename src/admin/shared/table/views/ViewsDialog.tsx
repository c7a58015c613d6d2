import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { parseSearch } from "../../../searchParams.ts";
import { useTexts } from "../../../texts/texts.ts";
import { Dialog } from "../../dialog/Dialog.tsx";
import { ProblemText } from "../../form/FormProblem.tsx";
import { say } from "../../page/toasts.ts";
import { changeView, deleteView, type SavedView, saveView, viewsQuery } from "./queries.ts";
import { ViewNameForm } from "./ViewNameForm.tsx";
import { type ViewsProps, viewText } from "./view.ts";
import classes from "./Views.module.css";

/** The views of a list: those that it comes with, and one's own, which are kept, renamed, replaced and deleted here. */
export function ViewsDialog({
  list,
  search,
  columns,
  given,
  onClose,
}: ViewsProps & { readonly onClose: () => void }) {
  const { tables } = useTexts();
  const { views: words } = tables;
  const { data } = useQuery(viewsQuery());
  const [renaming, setRenaming] = useState<string | null>(null);
  const own = data.filter((view) => view.list === list);
  const shown = viewText({ ...search, cols: columns.join(",") });
  const acting = useMutation({ mutationFn: async (work: () => Promise<void>) => await work() });
  const act = (work: () => Promise<void>, said: string): void =>
    acting.mutate(work, { onSuccess: () => say(said) });
  return (
    <Dialog title={words.title} onClose={onClose}>
      {acting.error === null ? null : (
        <div role="alert" className={classes["problem"]}>
          <ProblemText problem={acting.error} />
        </div>
      )}
      {given.length === 0 ? null : (
        <ul className={classes["views"]}>
          {given.map((view) => (
            <li key={view.name}>
              <Link to="." search={view.search} onClick={onClose}>
                {view.name}
              </Link>
            </li>
          ))}
        </ul>
      )}
      <h3>{words.own}</h3>
      {own.length === 0 ? <p className="second">{words.none}</p> : null}
      <ul className={classes["views"]}>
        {own.map((view) => (
          <li key={view.id}>
            {renaming === view.id ? (
              <ViewNameForm
                label={words.name}
                name={view.name}
                verb={words.rename}
                send={async (name) => {
                  await changeView({ ...view, name });
                  say(words.renamed(name));
                  setRenaming(null);
                }}
              />
            ) : (
              <OwnView
                view={view}
                onClose={onClose}
                onRename={() => setRenaming(view.id)}
                onReplace={() =>
                  act(async () => await changeView({ ...view, search: shown }), words.replaced(view.name))
                }
                onDelete={() => act(async () => await deleteView(view.id), words.deleted(view.name))}
              />
            )}
          </li>
        ))}
      </ul>
      <h3>{words.keep}</h3>
      <p className="second">{words.keepWhy}</p>
      <ViewNameForm
        label={words.name}
        name=""
        verb={words.save}
        send={async (name) => {
          await saveView({ list, name, search: shown });
          say(words.saved(name));
        }}
      />
    </Dialog>
  );
}

function OwnView({
  view,
  onClose,
  onRename,
  onReplace,
  onDelete,
}: {
  readonly view: SavedView;
  readonly onClose: () => void;
  readonly onRename: () => void;
  readonly onReplace: () => void;
  readonly onDelete: () => void;
}) {
  const { views: words } = useTexts().tables;
  const { name } = view;
  return (
    <>
      <Link to="." search={parseSearch(view.search)} onClick={onClose}>
        <bdi>{name}</bdi>
      </Link>
      <span className={classes["acts"]}>
        {(
          [
            [words.rename, onRename],
            [words.replace, onReplace],
            [words.remove, onDelete],
          ] as const
        ).map(([verb, run]) => (
          <Button
            key={verb}
            size="compact-sm"
            variant="subtle"
            aria-label={words.of(verb, name)}
            onClick={run}
          >
            {verb}
          </Button>
        ))}
      </span>
    </>
  );
}
