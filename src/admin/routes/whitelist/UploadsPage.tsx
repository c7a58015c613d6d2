import { getRouteApi } from "@tanstack/react-router";
import { IconListCheck } from "@tabler/icons-react";
import { StateView } from "../../shared/page/StateView.tsx";
import { Who } from "../../shared/people/Who.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { uploadFilters } from "./filters.ts";
import { type Upload, uploadsQuery } from "./queries.ts";
import { ScopeName } from "./ScopeName.tsx";

const route = getRouteApi("/shell/whitelist/uploads");

/** Who changed which list when, and how much. */
export function UploadsPage() {
  const texts = useTexts();
  const { whitelist, shell } = texts;
  const search = route.useSearch();
  const filters = uploadFilters(texts);
  return (
    <ListPage<Upload>
      name="whitelistUploads"
      title={whitelist.history.title}
      crumbs={[{ to: "/whitelist", label: shell.pages.whitelist }]}
      columns={columns(texts)}
      filters={filters}
      search={search}
      query={uploadsQuery(search, filters)}
      rowKey={({ id }) => id}
      empty={<StateView icon={IconListCheck} title={whitelist.history.empty} />}
    />
  );
}

function columns({ whitelist: { fields, history } }: Texts): readonly Column<Upload>[] {
  return [
    { id: "at", header: history.at, cell: ({ at }) => <Time at={at} zoneName={false} /> },
    {
      id: "what",
      header: history.what,
      cell: ({ mode, byHand }) => (
        <>
          {history.modes[mode]}
          {byHand ? <span className="meta"> {history.byHand}</span> : null}
        </>
      ),
    },
    { id: "list", header: fields.list, cell: (upload) => <ScopeName of={upload} /> },
    { id: "lines", header: history.lines, cell: ({ lines }) => lines, isNumber: true },
    { id: "added", header: history.added, cell: ({ added }) => added, isNumber: true },
    { id: "changed", header: history.changed, cell: ({ changed }) => changed, isNumber: true },
    { id: "removed", header: history.removed, cell: ({ removed }) => removed, isNumber: true },
    { id: "total", header: history.total, cell: ({ total }) => total, isNumber: true },
    { id: "by", header: fields.by, cell: ({ by }) => <Who actor={by} /> },
    { id: "uploadId", header: fields.uploadId, cell: ({ id }) => <code>{id}</code>, isExtra: true },
  ];
}
