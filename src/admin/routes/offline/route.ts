import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { known, queryClient } from "../../api/queryClient.ts";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { queueFilters } from "./filters.ts";
import { operationQuery } from "../operations/queries.ts";
import { countsQuery, queueQuery } from "./queries.ts";

const queueRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/offline",
  beforeLoad: wants("offline:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => {
    queryClient.query(countsQuery).catch(() => undefined);
    prefetchList(queueQuery(deps, queueFilters(context.texts)));
  },
  component: lazyRouteComponent(() => import("./OfflinePage.tsx"), "OfflinePage"),
});

const entryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/offline/$accessId",
  beforeLoad: wants("offline:read"),
  loader: async ({ params }) => await known(operationQuery(params.accessId)),
  component: lazyRouteComponent(() => import("./EntryPage.tsx"), "EntryPage"),
});

export const offlineRoutes = [queueRoute, entryRoute] as const;
