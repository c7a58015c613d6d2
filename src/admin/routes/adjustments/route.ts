import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { adjustmentFilters } from "./filters.ts";
import { adjustmentsQuery, balanceImportsQuery } from "./queries.ts";

const list = createRoute({
  getParentRoute: () => shellRoute,
  path: "/adjustments",
  beforeLoad: wants("adjustments:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(adjustmentsQuery(deps, adjustmentFilters(context.texts))),
  component: lazyRouteComponent(() => import("./AdjustmentsPage.tsx"), "AdjustmentsPage"),
});

const imports = createRoute({
  getParentRoute: () => shellRoute,
  path: "/adjustments/imports",
  beforeLoad: wants("adjustments:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => prefetchList(balanceImportsQuery(deps)),
  component: lazyRouteComponent(() => import("./ImportsPage.tsx"), "ImportsPage"),
});

const importing = createRoute({
  getParentRoute: () => shellRoute,
  path: "/adjustments/import",
  beforeLoad: wants("cards:write"),
  component: lazyRouteComponent(() => import("./ImportPage.tsx"), "ImportPage"),
});

export const adjustmentRoutes = [list, imports, importing] as const;
