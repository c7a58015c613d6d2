import { Button } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { boot } from "../../api/session.ts";
import { Facts } from "../../shared/page/Facts.tsx";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { Status } from "../../shared/status/Status.tsx";
import { DataTable } from "../../shared/table/DataTable.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import { type System, systemQuery } from "./queries.ts";
import { TestClock } from "./TestClock.tsx";
import { VaultKeys } from "./VaultKeys.tsx";
import { isReadModel, partName, saidOf } from "./partWords.ts";
import classes from "./SystemPage.module.css";

export function SystemPage() {
  const { system: words, shell } = useTexts();
  const { data: system, refetch, isFetching } = useSuspenseQuery(systemQuery());
  return (
    <>
      <PageHead
        title={shell.pages.system}
        aside={<Ready ready={system.ready} />}
        actions={
          <Button variant="default" loading={isFetching} onClick={() => void refetch()}>
            {shell.refresh}
          </Button>
        }
      />
      <div className={classes["facts"]}>
        <Facts
          label={shell.pages.system}
          facts={[
            [words.version, system.version],
            [words.businessTime, <Time key="value" at={system.businessTime} />],
            [words.demo, boot.installation.demo ? words.yes : words.no],
            [words.head, <Position key="value" at={system.head} />],
          ]}
        />
      </div>
      {system.testClock ? <TestClock now={system.businessTime} /> : null}
      <SectionHead title={words.parts} />
      <DataTable
        label={words.parts}
        rows={system.parts.filter(({ part }) => !isReadModel(part))}
        rowKey={({ part }) => part}
        columns={[
          { id: "part", header: words.part, cell: ({ part }) => partName(part, words) },
          { id: "state", header: words.state, cell: ({ ready }) => <Ready ready={ready} /> },
          {
            id: "detail",
            header: words.detail,
            cell: ({ detail }) => {
              const said = saidOf(detail, words);
              return (
                <span className={classes["wraps"]} {...(said === null ? { lang: "en" } : {})}>
                  {said ?? detail}
                </span>
              );
            },
          },
        ]}
      />
      <SectionHead title={words.readModels} />
      <ReadModels system={system} />
      <VaultKeys vault={system.vault} />
      <SectionHead title={words.settings} />
      <p className="second">{words.settingsWhy}</p>
      <DataTable
        label={words.settings}
        rows={system.settings}
        rowKey={({ name }) => name}
        columns={[
          { id: "name", header: words.setting, cell: ({ name }) => <code>{name}</code> },
          {
            id: "value",
            header: words.value,
            cell: ({ value }) =>
              value === null ? (
                <span className="second">{words.notSet}</span>
              ) : (
                <bdi className={classes["wraps"]}>{value}</bdi>
              ),
          },
        ]}
      />
    </>
  );
}

/** Without the zeros that make positions sort as texts. */
function Position({ at }: { readonly at: string }) {
  return <code title={at}>{at.replaceAll(/(^|-)0+(?=\d)/g, "$1")}</code>;
}

function Ready({ ready }: { readonly ready: boolean }) {
  const words = useTexts().system;
  return ready ? (
    <Status tone="ok" icon="check" word={words.ready} />
  ) : (
    <Status tone="bad" icon="cross" word={words.notReady} />
  );
}

function ReadModels({ system: { readModels } }: { readonly system: System }) {
  const words = useTexts().system;
  const names: Readonly<Record<string, string>> = words.models;
  return (
    <DataTable
      label={words.readModels}
      rows={readModels}
      rowKey={({ name }) => name}
      columns={[
        { id: "name", header: words.model, cell: ({ name }) => names[name] ?? name },
        {
          id: "state",
          header: words.state,
          cell: ({ error, serves, running }) =>
            error === null && serves && running ? (
              <Status tone="ok" icon="check" word={words.upToDate} />
            ) : error === null && running ? (
              <Status tone="warn" icon="hourglass" word={words.building} />
            ) : (
              <Status
                tone="bad"
                icon="cross"
                word={words.stopped}
                {...(error === null ? {} : { hint: error })}
              />
            ),
        },
        {
          id: "lag",
          header: words.lag,
          cell: ({ lagEvents, lagSeconds }) => words.behind(lagEvents, lagSeconds),
        },
        { id: "position", header: words.position, cell: ({ position }) => <Position at={position} /> },
        {
          id: "error",
          header: words.error,
          cell: ({ error }) =>
            error === null ? (
              <span aria-hidden="true">–</span>
            ) : (
              <span className={classes["wraps"]}>{error}</span>
            ),
        },
      ]}
    />
  );
}
