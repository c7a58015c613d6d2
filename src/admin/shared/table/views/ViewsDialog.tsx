import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ShownView } from "../../../../domain/user/preferences.ts";
import { useTexts } from "../../../texts/texts.ts";
import { Dialog } from "../../dialog/Dialog.tsx";
import { ProblemText } from "../../form/FormProblem.tsx";
import { say } from "../../page/toasts.ts";
import type { ListSearch } from "../filters.ts";
import { givenSearch, keptSearch } from "./chosenView.ts";
import { KeptView } from "./KeptView.tsx";
import { changeView, deleteView, saveView, viewsQuery } from "./queries.ts";
import { ViewNameForm } from "./ViewNameForm.tsx";
import { type ViewsProps, viewText } from "./view.ts";
import classes from "./Views.module.css";

/** The views of a list: those that it comes with, one's own, and those that others share with one's role. */
export function ViewsDialog({
  list,
  search,
  columns,
  given,
  onClose,
}: ViewsProps & { readonly onClose: () => void }) {
  const { views: words } = useTexts().tables;
  const navigate = useNavigate();
  const { data } = useQuery(viewsQuery());
  const kept = data.filter((view) => view.list === list);
  const own = kept.filter(({ isOwn }) => isOwn);
  const others = kept.filter(({ isOwn }) => !isOwn);
  const shown = viewText({ ...search, cols: columns.join(",") });
  const acting = useMutation({ mutationFn: async (work: () => Promise<void>) => await work() });
  const act = (work: () => Promise<void>, said: string): void =>
    acting.mutate(work, { onSuccess: () => say(said) });

  /** What is told at the name is thrown there; the rest is told above. */
  async function change(before: ShownView, changed: ShownView): Promise<void> {
    if (changed.name === before.name) {
      act(async () => await changeView(changed), words.sharing(changed.name));
      return;
    }
    await changeView(changed);
    say(words.renamed(changed.name));
  }

  return (
    <Dialog title={words.title} onClose={onClose}>
      {acting.error === null ? null : (
        <div role="alert" className={classes["problem"]}>
          <ProblemText problem={acting.error} />
        </div>
      )}
      <Links views={given.map((view) => ({ ...view, to: givenSearch(view) }))} onOpen={onClose} />
      <h3>{words.own}</h3>
      {own.length === 0 ? <p className="second">{words.none}</p> : null}
      <ul className={classes["views"]}>
        {own.map((view) => (
          <li key={view.id}>
            <KeptView
              view={view}
              onOpen={onClose}
              onChange={async (changed) => await change(view, changed)}
              onReplace={() =>
                act(async () => await changeView({ ...view, search: shown }), words.replaced(view.name))
              }
              onDelete={() => act(async () => await deleteView(view.id), words.deleted(view.name))}
            />
          </li>
        ))}
      </ul>
      {others.length === 0 ? null : (
        <>
          <h3>{words.others}</h3>
          <Links views={others.map((view) => ({ ...view, to: keptSearch(view) }))} onOpen={onClose} />
        </>
      )}
      <h3>{words.keep}</h3>
      <p className="second">{words.keepWhy}</p>
      <ViewNameForm
        label={words.name}
        name=""
        verb={words.save}
        send={async (name) => {
          const id = await saveView({ list, name, search: shown });
          say(words.saved(name));
          void navigate({ to: ".", search: keptSearch({ id, search: shown }), replace: true });
        }}
      />
    </Dialog>
  );
}

function Links({
  views,
  onOpen,
}: {
  readonly views: readonly { readonly id: string; readonly name: string; readonly to: ListSearch }[];
  readonly onOpen: () => void;
}) {
  if (views.length === 0) return null;
  return (
    <ul className={classes["views"]}>
      {views.map(({ id, name, to }) => (
        <li key={id}>
          <Link to="." search={to} onClick={onOpen}>
            <bdi>{name}</bdi>
          </Link>
        </li>
      ))}
    </ul>
  );
}
