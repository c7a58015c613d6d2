import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { transactionFilters } from "./filters.ts";
import { transactionsQuery } from "./queries.ts";

const list = createRoute({
  getParentRoute: () => shellRoute,
  path: "/transactions",
  beforeLoad: wants("transactions:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(transactionsQuery(deps, transactionFilters(context.texts))),
  component: lazyRouteComponent(() => import("./TransactionsPage.tsx"), "TransactionsPage"),
});

const importing = createRoute({
  getParentRoute: () => shellRoute,
  path: "/transactions/import",
  beforeLoad: wants("transactions:write"),
  component: lazyRouteComponent(() => import("./ImportPage.tsx"), "ImportPage"),
});

export const transactionRoutes = [list, importing] as const;
