import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { known } from "../../api/queryClient.ts";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { merchantFilters } from "./filters.ts";
import { merchantQuery, merchantsQuery } from "./queries.ts";

const list = createRoute({
  getParentRoute: () => shellRoute,
  path: "/merchants",
  beforeLoad: wants("merchants:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(merchantsQuery(deps, merchantFilters(context.texts))),
  component: lazyRouteComponent(() => import("./MerchantsPage.tsx"), "MerchantsPage"),
});

const details = createRoute({
  getParentRoute: () => shellRoute,
  path: "/merchants/$id",
  beforeLoad: wants("merchants:read"),
  loader: async ({ params }) => await known(merchantQuery(params.id)),
  component: lazyRouteComponent(() => import("./MerchantPage.tsx"), "MerchantPage"),
});

export const merchantRoutes = [list, details] as const;
