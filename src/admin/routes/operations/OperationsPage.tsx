import { getRouteApi } from "@tanstack/react-router";
import { IconListDetails } from "@tabler/icons-react";
import { StateView } from "../../shared/page/StateView.tsx";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { useTexts } from "../../texts/texts.ts";
import { operationColumns } from "./columns.tsx";
import { operationFilters } from "./filters.ts";
import { operationsQuery } from "./queries.ts";

const route = getRouteApi("/shell/operations");

export function OperationsPage() {
  const texts = useTexts();
  const search = route.useSearch();
  const filters = operationFilters(texts);
  const { empty } = texts.operations;
  return (
    <ListPage
      name="operations"
      title={texts.shell.pages.operations}
      columns={operationColumns(texts)}
      filters={filters}
      search={search}
      query={operationsQuery(search, filters)}
      rowKey={({ accessId }) => accessId}
      rowLink={({ accessId }) => ({ to: "/operations/$accessId", params: { accessId } })}
      defaultSort="-at"
      empty={
        <StateView icon={IconListDetails} title={empty.title}>
          <p>{empty.why}</p>
        </StateView>
      }
    />
  );
}
