import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { may } from "../../../api/session.ts";
import { Facts } from "../../../shared/page/Facts.tsx";
import { PageHead } from "../../../shared/page/PageHead.tsx";
import { SectionHead } from "../../../shared/page/SectionHead.tsx";
import { MaybeTime, Time } from "../../../shared/time/Time.tsx";
import { Who } from "../../../shared/people/Who.tsx";
import { useTexts } from "../../../texts/texts.ts";
import { AllFields } from "../fields/AllFields.tsx";
import { toForm } from "../form/toForm.ts";
import { type Ruleset, rulesetQuery } from "../queries.ts";
import { RulesetStatus } from "../RulesetStatus.tsx";
import { Summary } from "../summary/Summary.tsx";
import { RulesetActions } from "./RulesetActions.tsx";
import classes from "./RulesetPage.module.css";

const route = getRouteApi("/shell/rulesets/$id");

export function RulesetPage() {
  const { rulesets, shell } = useTexts();
  const { id } = route.useParams();
  const { body: ruleset, etag } = useSuspenseQuery(rulesetQuery(id)).data;
  return (
    <>
      <PageHead
        title={ruleset.name}
        crumbs={[{ to: "/rulesets", label: shell.pages.rulesets }]}
        aside={<RulesetStatus phase={ruleset.phase} />}
        actions={<RulesetActions ruleset={ruleset} etag={etag} />}
      />
      <Notes ruleset={ruleset} />
      <SectionHead title={rulesets.summary} />
      <Summary form={toForm(ruleset)} />
      <SectionHead title={rulesets.facts} />
      <AllFields body={ruleset} />
      <SectionHead title={rulesets.life} />
      <Life ruleset={ruleset} />
      {may("operations:read") ? (
        <p className={classes["entries"]}>
          <Link to="/operations" search={{ rulesetId: id }}>
            {rulesets.entries}
          </Link>
        </p>
      ) : null}
    </>
  );
}

/** What is to come, and what is not published. */
function Notes({ ruleset }: { readonly ruleset: Ruleset }) {
  const { rulesets } = useTexts();
  const { id, scheduled, draft, version } = ruleset;
  return (
    <>
      {scheduled === null ? null : (
        <p className={classes["note"]}>
          {rulesets.scheduledFor(scheduled.version)} <Time at={scheduled.inForceFrom} />
        </p>
      )}
      {draft === null || version === 0 ? null : (
        <p className={classes["note"]}>
          {rulesets.hasDraft}{" "}
          {may("rulesets:write") ? (
            <Link to="/rulesets/$id/review" params={{ id }}>
              {rulesets.openDraft}
            </Link>
          ) : null}
        </p>
      )}
    </>
  );
}

function Life({ ruleset }: { readonly ruleset: Ruleset }) {
  const { rulesets } = useTexts();
  const { columns } = rulesets;
  const { budget, used, version } = ruleset;
  return (
    <Facts
      label={rulesets.life}
      facts={[
        [columns.id, <code key="value">{ruleset.id}</code>],
        [columns.version, version === 0 ? null : String(version)],
        [columns.inForceFrom, <MaybeTime key="value" at={ruleset.inForceFrom} />],
        [columns.inForceTo, <MaybeTime key="value" at={ruleset.inForceTo} />],
        [rulesets.used, used === null ? null : rulesets.usedTimes(used)],
        [rulesets.budget, budget === null ? null : <Budget key="value" budget={budget} />],
        [columns.createdAt, <Time key="value" at={ruleset.createdAt} />],
        [columns.createdBy, <Who key="value" actor={ruleset.createdBy} />],
        [columns.modifiedAt, <Time key="value" at={ruleset.modifiedAt} />],
        [columns.modifiedBy, <Who key="value" actor={ruleset.modifiedBy} />],
      ]}
    />
  );
}

function Budget({ budget }: { readonly budget: NonNullable<Ruleset["budget"]> }) {
  const { rulesets } = useTexts();
  const { used, max, to } = budget;
  return (
    <>
      <meter min={0} max={Math.max(1, max)} value={used} aria-label={rulesets.budget} />{" "}
      {rulesets.budgetOf(used, max)}
      {to === null ? null : (
        <span className="second">
          {"; "}
          {rulesets.budgetUntil} <Time at={to} seconds={false} />
        </span>
      )}
    </>
  );
}
