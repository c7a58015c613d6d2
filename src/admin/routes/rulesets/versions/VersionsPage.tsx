import { Button, NativeSelect } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { may } from "../../../api/session.ts";
import { PageHead } from "../../../shared/page/PageHead.tsx";
import { SectionHead } from "../../../shared/page/SectionHead.tsx";
import { DataTable } from "../../../shared/table/DataTable.tsx";
import { Time } from "../../../shared/time/Time.tsx";
import { useTexts } from "../../../texts/texts.ts";
import { Changes } from "../fields/Changes.tsx";
import { diffOf } from "../fields/diff.ts";
import { useFields } from "../fields/useFields.ts";
import { type RulesetVersion, rulesetQuery, versionsQuery } from "../queries.ts";
import classes from "./VersionsPage.module.css";

const RestoreDialog = lazy(async () => ({ default: (await import("./RestoreDialog.tsx")).RestoreDialog }));

const route = getRouteApi("/shell/rulesets/$id/versions");

export function VersionsPage() {
  const { rulesets, shell } = useTexts();
  const { versionsPage } = rulesets;
  const { id } = route.useParams();
  const { body: ruleset, etag } = useSuspenseQuery(rulesetQuery(id)).data;
  const versions = useSuspenseQuery(versionsQuery(id)).data;
  const [restored, setRestored] = useState<RulesetVersion | null>(null);
  return (
    <>
      <PageHead
        title={versionsPage.title(ruleset.name)}
        crumbs={[
          { to: "/rulesets", label: shell.pages.rulesets },
          { to: `/rulesets/${id}`, label: ruleset.name },
        ]}
      />
      {versions.length === 0 ? (
        <p className="second">{versionsPage.none}</p>
      ) : (
        <>
          <VersionTable versions={versions} onRestore={setRestored} />
          {versions.length > 1 ? <Comparison versions={versions} /> : null}
        </>
      )}
      {restored === null ? null : (
        <Suspense fallback={null}>
          <RestoreDialog version={restored} etag={etag} onClose={() => setRestored(null)} />
        </Suspense>
      )}
    </>
  );
}

function VersionTable({
  versions,
  onRestore,
}: {
  readonly versions: readonly RulesetVersion[];
  readonly onRestore: (version: RulesetVersion) => void;
}) {
  const { rulesets } = useTexts();
  const { columns, versionsPage } = rulesets;
  const never = <span className="second">{versionsPage.neverInForce}</span>;
  return (
    <DataTable
      label={rulesets.versions}
      rows={versions}
      rowKey={({ version }) => String(version)}
      columns={[
        { id: "version", header: columns.version, cell: ({ version }) => versionsPage.version(version) },
        { id: "name", header: columns.name, cell: ({ name }) => <bdi>{name}</bdi> },
        { id: "from", header: columns.inForceFrom, cell: ({ inForceFrom }) => <Time at={inForceFrom} /> },
        {
          id: "to",
          header: columns.inForceTo,
          cell: ({ inForceFrom, inForceTo }) =>
            inForceTo === null ? (
              <span aria-hidden="true">–</span>
            ) : inForceTo === inForceFrom ? (
              never
            ) : (
              <Time at={inForceTo} />
            ),
        },
      ]}
      {...(may("rulesets:write")
        ? {
            actionsLabel: versionsPage.restore,
            rowActions: (version: RulesetVersion) => (
              <Button variant="subtle" size="compact-sm" onClick={() => onRestore(version)}>
                {versionsPage.restore}
              </Button>
            ),
          }
        : {})}
    />
  );
}

/** Any two versions, field by field. Which they are stands in the URL. */
function Comparison({ versions }: { readonly versions: readonly RulesetVersion[] }) {
  const { versionsPage } = useTexts().rulesets;
  const search = route.useSearch();
  const navigate = useNavigate();
  const fields = useFields();
  const find = (wanted: string | undefined): RulesetVersion | undefined =>
    versions.find(({ version }) => String(version) === wanted);
  const newer = find(search.with) ?? versions[0];
  const older = find(search.version) ?? versions[1];
  if (newer === undefined || older === undefined) return null;
  const options = versions.map(({ version }) => ({
    value: String(version),
    label: versionsPage.version(version),
  }));
  const changes = diffOf(fields(older), fields(newer));
  const shown = { version: String(older.version), with: String(newer.version) };
  const choose = (change: Partial<typeof shown>): void =>
    void navigate({ to: ".", search: { ...shown, ...change }, replace: true });
  return (
    <>
      <SectionHead title={versionsPage.differences} />
      <div className={classes["choices"]}>
        <NativeSelect
          label={versionsPage.older}
          data={options}
          value={shown.version}
          onChange={({ currentTarget }) => choose({ version: currentTarget.value })}
        />
        <NativeSelect
          label={versionsPage.newer}
          data={options}
          value={shown.with}
          onChange={({ currentTarget }) => choose({ with: currentTarget.value })}
        />
      </div>
      {changes.length === 0 ? (
        <p className="second">{versionsPage.same}</p>
      ) : (
        <Changes changes={changes} label={versionsPage.differences} />
      )}
    </>
  );
}
