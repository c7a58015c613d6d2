import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { accountRangeFilters } from "./filters.ts";
import { accountRangesQuery } from "./queries.ts";

const list = createRoute({
  getParentRoute: () => shellRoute,
  path: "/account-ranges",
  beforeLoad: wants("accountRanges:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(accountRangesQuery(deps, accountRangeFilters(context.texts))),
  component: lazyRouteComponent(() => import("./AccountRangesPage.tsx"), "AccountRangesPage"),
});

const importing = createRoute({
  getParentRoute: () => shellRoute,
  path: "/account-ranges/import",
  beforeLoad: wants("accountRanges:write"),
  component: lazyRouteComponent(() => import("./ImportPage.tsx"), "ImportPage"),
});

export const accountRangeRoutes = [list, importing] as const;
