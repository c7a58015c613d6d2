import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { known } from "../../api/queryClient.ts";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { importFilters } from "./filters.ts";
import { badLinesQuery, importQuery, importsQuery } from "./queries.ts";

const list = createRoute({
  getParentRoute: () => shellRoute,
  path: "/imports",
  beforeLoad: wants("imports:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(importsQuery(deps, importFilters(context.texts))),
  component: lazyRouteComponent(() => import("./ImportsPage.tsx"), "ImportsPage"),
});

const details = createRoute({
  getParentRoute: () => shellRoute,
  path: "/imports/$importId",
  beforeLoad: wants("imports:read"),
  loader: async ({ params }) =>
    await Promise.all([known(importQuery(params.importId)), known(badLinesQuery(params.importId))]),
  component: lazyRouteComponent(() => import("./ImportPage.tsx"), "ImportPage"),
});

export const importRoutes = [list, details] as const;
