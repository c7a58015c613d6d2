import { useSuspenseQuery } from "@tanstack/react-query";
import type { Answered } from "../../../api/client.ts";
import { asOfNow } from "../../../api/queryClient.ts";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { type Revision, useRevision } from "../../../shared/form/useRevision.ts";
import { say } from "../../../shared/page/toasts.ts";
import { useTexts } from "../../../texts/texts.ts";
import { emptyForm, type RulesetForm } from "../form/model.ts";
import { toForm } from "../form/toForm.ts";
import { createRuleset, draftRuleset, type Ruleset, rulesetQuery } from "../queries.ts";
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
  const revision = useRevision({ form: first, etag: null });
  const goOn = useNext();
  return (
    <RulesetEditor
      id={null}
      title={rulesets.create}
      crumbs={[]}
      note={null}
      revision={revision}
      load={null}
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
  const revision = useRevision(revisionOf(data));
  const goOn = useNext();
  const { name, draft, version } = data.body;
  return (
    <RulesetEditor
      id={id}
      title={rulesets.editTitle((draft ?? data.body).name)}
      crumbs={[{ to: `/rulesets/${id}`, label: name }]}
      note={version === 0 ? null : rulesets.draftOfVersion(version)}
      revision={revision}
      load={async () => {
        const now = await asOfNow(rulesetQuery(id));
        return { ...revisionOf(now), by: now.body.modifiedBy, at: now.body.modifiedAt };
      }}
      panel={panel}
      send={async (input, intent) => await draftRuleset(id, input, { etag: revision.etag(), intent })}
      onDone={(saved, next) => {
        revision.take(revisionOf(saved));
        say(rulesets.saved((saved.body.draft ?? saved.body).name));
        if (next === "review") goOn(id, next);
      }}
    />
  );
}

function revisionOf({ body, etag }: Answered<Ruleset>): Revision<RulesetForm> {
  return { form: toForm(body.draft ?? body), etag };
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
