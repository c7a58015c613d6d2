import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { say } from "../../../shared/page/toasts.ts";
import { useTexts } from "../../../texts/texts.ts";
import { emptyForm, type RulesetForm } from "../form/model.ts";
import { toForm } from "../form/toForm.ts";
import { createRuleset, draftRuleset, rulesetQuery } from "../queries.ts";
import { type Next, RulesetEditor } from "./RulesetEditor.tsx";

const newRoute = getRouteApi("/shell/rulesets/new");
const editRoute = getRouteApi("/shell/rulesets/$id/edit");

export function NewRulesetPage() {
  const { rulesets } = useTexts();
  const source = newRoute.useLoaderData();
  const [first] = useState((): RulesetForm => {
    if (source === null) return emptyForm();
    const copied = source.draft ?? source;
    return { ...toForm(copied), name: rulesets.cloneName(copied.name) };
  });
  const goOn = useNext();
  return (
    <RulesetEditor
      id={null}
      title={rulesets.create}
      crumbs={[]}
      note={null}
      form={first}
      panel="summary"
      send={async (body, intent) => await createRuleset(body, intent)}
      onDone={({ body }, next) => {
        say(rulesets.created(body.name));
        goOn(body.id, next);
      }}
    />
  );
}

export function EditRulesetPage() {
  const { rulesets } = useTexts();
  const { id } = editRoute.useParams();
  const { panel = "summary" } = editRoute.useSearch();
  const { data } = useSuspenseQuery(rulesetQuery(id));
  // What others write meanwhile must not be taken for what was seen when the form was filled.
  const [seen, setSeen] = useState(data);
  const goOn = useNext();
  const { body } = seen;
  const { name, draft, version } = body;
  return (
    <RulesetEditor
      id={id}
      title={rulesets.editTitle((draft ?? body).name)}
      crumbs={[{ to: `/rulesets/${id}`, label: name }]}
      note={version === 0 ? null : rulesets.draftOfVersion(version)}
      form={toForm(draft ?? body)}
      panel={panel}
      send={async (input, intent) => await draftRuleset(id, input, { etag: seen.etag, intent })}
      onDone={(saved, next) => {
        setSeen(saved);
        say(rulesets.saved((saved.body.draft ?? saved.body).name));
        if (next === "review") goOn(id, next);
      }}
    />
  );
}

function useNext(): (id: string, next: Next) => void {
  const navigate = useNavigate();
  return (id, next) =>
    void navigate(
      next === "review"
        ? { to: "/rulesets/$id/review", params: { id } }
        : { to: "/rulesets/$id/edit", params: { id }, replace: true },
    );
}
