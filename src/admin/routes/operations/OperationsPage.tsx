import { Button } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { IconListDetails } from "@tabler/icons-react";
import { useState } from "react";
import { may } from "../../api/session.ts";
import { LiveChip } from "../../shared/live/LiveChip.tsx";
import liveClasses from "../../shared/live/Live.module.css";
import { StateView } from "../../shared/page/StateView.tsx";
import { valueOf } from "../../shared/table/filters.ts";
import { ExportButton } from "../../shared/table/ExportButton.tsx";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { useTexts } from "../../texts/texts.ts";
import { operationColumns } from "./columns.tsx";
import { operationFilters } from "./filters.ts";
import { operationsQuery } from "./queries.ts";
import { useNews } from "./useNews.ts";

const route = getRouteApi("/shell/operations");

export function OperationsPage() {
  const texts = useTexts();
  const search = route.useSearch();
  const filters = operationFilters(texts);
  const { empty } = texts.operations;
  const query = operationsQuery(search, filters);
  const [isPaused, setPaused] = useState(false);
  const isNewest = valueOf(search, "cursor") === undefined && (valueOf(search, "sort") ?? "-at") === "-at";
  const { news, show } = useNews(query, isNewest && !isPaused);
  return (
    <>
      <ListPage
        name="operations"
        title={texts.shell.pages.operations}
        columns={operationColumns(texts)}
        filters={filters}
        search={search}
        query={query}
        rowKey={({ accessId }) => accessId}
        rowLink={({ accessId }) => ({ to: "/operations/$accessId", params: { accessId } })}
        defaultSort="-at"
        actions={
          <>
            <LiveChip isPaused={isPaused} onPause={setPaused} />
            {may("operations:export") ? (
              <ExportButton what="operations" search={search} filters={filters} query={query} />
            ) : null}
          </>
        }
        empty={
          <StateView icon={IconListDetails} title={empty.title}>
            <p>{empty.why}</p>
          </StateView>
        }
      >
        {news === 0 ? null : (
          <div className={liveClasses["news"]}>
            <Button variant="light" onClick={show}>
              {texts.tables.live.news(news)}
            </Button>
          </div>
        )}
      </ListPage>
    </>
  );
}
