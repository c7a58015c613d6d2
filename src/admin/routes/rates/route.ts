import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { rateFilters } from "./filters.ts";
import { ratesQuery } from "./queries.ts";

const list = createRoute({
  getParentRoute: () => shellRoute,
  path: "/rates",
  beforeLoad: wants("rulesets:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(ratesQuery(deps, rateFilters(context.texts))),
  component: lazyRouteComponent(() => import("./RatesPage.tsx"), "RatesPage"),
});

const importing = createRoute({
  getParentRoute: () => shellRoute,
  path: "/rates/import",
  beforeLoad: wants("rates:write"),
  component: lazyRouteComponent(() => import("./ImportPage.tsx"), "ImportPage"),
});

export const rateRoutes = [list, importing] as const;
