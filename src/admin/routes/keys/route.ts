import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { keyFilters } from "./filters.ts";
import { keysQuery } from "./queries.ts";

export const keysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/keys",
  beforeLoad: wants("keys:write"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(keysQuery(deps, keyFilters(context.texts))),
  component: lazyRouteComponent(() => import("./KeysPage.tsx"), "KeysPage"),
});
