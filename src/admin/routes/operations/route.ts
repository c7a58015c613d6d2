import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { operationFilters } from "./filters.ts";
import { operationsQuery } from "./queries.ts";

export const operationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/operations",
  beforeLoad: wants("operations:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => {
    prefetchList(operationsQuery(deps, operationFilters(context.texts)));
  },
  component: lazyRouteComponent(() => import("./OperationsPage.tsx"), "OperationsPage"),
});
