import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { known } from "../../api/queryClient.ts";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { terminalFilters } from "./filters.ts";
import { terminalQuery, terminalsQuery } from "./queries.ts";

const list = createRoute({
  getParentRoute: () => shellRoute,
  path: "/terminals",
  beforeLoad: wants("terminals:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(terminalsQuery(deps, terminalFilters(context.texts))),
  component: lazyRouteComponent(() => import("./TerminalsPage.tsx"), "TerminalsPage"),
});

const details = createRoute({
  getParentRoute: () => shellRoute,
  path: "/terminals/$serial",
  beforeLoad: wants("terminals:read"),
  loader: async ({ params }) => await known(terminalQuery(params.serial)),
  component: lazyRouteComponent(() => import("./TerminalPage.tsx"), "TerminalPage"),
});

const claim = createRoute({
  getParentRoute: () => shellRoute,
  path: "/terminals/claim",
  beforeLoad: wants("terminals:codes"),
  component: lazyRouteComponent(() => import("./ClaimPage.tsx"), "ClaimPage"),
});

export const terminalRoutes = [list, claim, details] as const;
