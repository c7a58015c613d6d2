import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { RulesetBody } from "../../../../domain/ruleset/events.ts";
import { PageHead } from "../../../shared/page/PageHead.tsx";
import { SectionHead } from "../../../shared/page/SectionHead.tsx";
import { useTexts } from "../../../texts/texts.ts";
import { AllFields } from "../fields/AllFields.tsx";
import { Changes } from "../fields/Changes.tsx";
import { diffOf } from "../fields/diff.ts";
import { useFields } from "../fields/useFields.ts";
import { toForm } from "../form/toForm.ts";
import { type Ruleset, rulesetQuery } from "../queries.ts";
import { Summary } from "../summary/Summary.tsx";
import { PublishForm } from "./PublishForm.tsx";

const route = getRouteApi("/shell/rulesets/$id/review");

/** What is published: the draft, or for a retired rule its last version again. */
function toPublish({ draft, status, ...ruleset }: Ruleset): RulesetBody | null {
  return draft ?? (status === "RETIRED" ? ruleset : null);
}

export function ReviewPage() {
  const { rulesets, shell } = useTexts();
  const { id } = route.useParams();
  const { body: ruleset, etag } = useSuspenseQuery(rulesetQuery(id)).data;
  const body = toPublish(ruleset);
  return (
    <>
      <PageHead
        title={rulesets.reviewPage.title(ruleset.name)}
        crumbs={[
          { to: "/rulesets", label: shell.pages.rulesets },
          { to: `/rulesets/${id}`, label: ruleset.name },
        ]}
      />
      {body === null ? (
        <p className="second">{rulesets.reviewPage.nothing}</p>
      ) : (
        <>
          <SectionHead title={rulesets.summary} />
          <Summary form={toForm(body)} />
          <SectionHead title={rulesets.reviewPage.changes} />
          <WhatChanges ruleset={ruleset} body={body} />
          <SectionHead title={rulesets.reviewPage.when} />
          <PublishForm key={etag} ruleset={ruleset} body={body} etag={etag} />
        </>
      )}
    </>
  );
}

function WhatChanges({ ruleset, body }: { readonly ruleset: Ruleset; readonly body: RulesetBody }) {
  const { reviewPage } = useTexts().rulesets;
  const fields = useFields();
  if (ruleset.version === 0) {
    return (
      <>
        <p className="second">{reviewPage.first}</p>
        <AllFields body={body} />
      </>
    );
  }
  const changes = diffOf(fields(ruleset), fields(body));
  return changes.length === 0 ? (
    <p className="second">{reviewPage.same}</p>
  ) : (
    <Changes changes={changes} label={reviewPage.changes} />
  );
}
