import { IconFileImport } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { may } from "../../api/session.ts";
import { StateView } from "../../shared/page/StateView.tsx";
import { Who } from "../../shared/people/Who.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { importFilters } from "./filters.ts";
import { ImportState } from "./ImportState.tsx";
import { type ListedImport, importsQuery } from "./queries.ts";

const route = getRouteApi("/shell/imports");

/** Who brought which file, and what became of its lines. */
export function ImportsPage() {
  const texts = useTexts();
  const { imports, shell } = texts;
  const search = route.useSearch();
  const filters = importFilters(texts);
  return (
    <ListPage<ListedImport>
      name="imports"
      title={shell.pages.imports}
      columns={columns(texts)}
      filters={filters}
      search={search}
      query={importsQuery(search, filters)}
      rowKey={({ id }) => id}
      empty={
        <StateView icon={IconFileImport} title={imports.history.empty}>
          <p>{imports.history.emptyWhy}</p>
        </StateView>
      }
      {...(may("whitelist:read")
        ? {
            lead: (
              <p>
                <Link to="/whitelist/uploads">{imports.history.whitelist}</Link>
              </p>
            ),
          }
        : {})}
    />
  );
}

function columns({ imports: { history } }: Texts): readonly Column<ListedImport>[] {
  return [
    {
      id: "at",
      header: history.at,
      cell: ({ id, at }) => (
        <Link to="/imports/$importId" params={{ importId: id }}>
          <Time at={at} zoneName={false} />
        </Link>
      ),
    },
    { id: "kind", header: history.kind, cell: ({ kind }) => history.kinds[kind] },
    { id: "file", header: history.file, cell: ({ fileName }) => <bdi>{fileName ?? "–"}</bdi> },
    { id: "state", header: history.state, cell: ({ state }) => <ImportState state={state} /> },
    { id: "lines", header: history.lines, cell: ({ lines }) => lines, isNumber: true },
    { id: "accepted", header: history.accepted, cell: ({ accepted }) => accepted, isNumber: true },
    { id: "known", header: history.known, cell: ({ known }) => known, isNumber: true },
    { id: "bad", header: history.bad, cell: ({ bad }) => bad, isNumber: true },
    { id: "by", header: history.by, cell: ({ by }) => <Who actor={by} /> },
  ];
}
