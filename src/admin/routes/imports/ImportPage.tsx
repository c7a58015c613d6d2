import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { LineErrors } from "../../shared/import/LineErrors.tsx";
import { Facts } from "../../shared/page/Facts.tsx";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { Who } from "../../shared/people/Who.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import { ImportState } from "./ImportState.tsx";
import { badLinesQuery, importQuery } from "./queries.ts";

export { importQuery } from "./queries.ts";

const route = getRouteApi("/shell/imports/$importId");
/** More are in the report that is taken along. */
const MOST_SHOWN = 100;

/** One import: how far it is, and which of its lines were bad. */
export function ImportPage() {
  const { importId } = route.useParams();
  const { imports, shell } = useTexts();
  const words = imports.history;
  const { data: one } = useSuspenseQuery(importQuery(importId));
  const report = useQuery({
    ...badLinesQuery(importId),
    refetchInterval: one.state === "RUNNING" ? 5_000 : false,
  });
  const { badLines = [], leftOut = 0 } = report.data ?? {};
  const shown = badLines.slice(0, MOST_SHOWN).map(({ line, column, message }) => {
    return { pointer: `/${String(line)}/${column ?? ""}`, message };
  });
  return (
    <>
      <PageHead
        title={words.title(words.kinds[one.kind])}
        crumbs={[{ to: "/imports", label: shell.pages.imports }]}
      />
      <div role="status">
        <ImportState state={one.state} />
      </div>
      <Facts
        label={words.facts}
        facts={[
          [words.file, one.fileName],
          [words.at, <Time key="at" at={one.at} />],
          [words.changedAt, <Time key="changed" at={one.changedAt} />],
          [words.by, <Who key="by" actor={one.by} />],
          [words.lines, one.lines],
          [words.accepted, one.accepted],
          [words.known, one.known],
          [words.bad, one.bad],
        ]}
      />
      {one.state === "INTERRUPTED" ? <p>{words.goOnHint}</p> : null}
      {shown.length === 0 ? null : (
        <section aria-label={words.report}>
          <h2>{words.report}</h2>
          <p>
            {words.shown(shown.length, one.bad)} {leftOut > 0 ? words.leftOut(leftOut) : ""}{" "}
            <a href={`/api/imports/${importId}/report?format=csv`} download={`import-${importId}.csv`}>
              {words.takeAlong}
            </a>
          </p>
          <LineErrors label={words.report} lines={shown} />
        </section>
      )}
    </>
  );
}
