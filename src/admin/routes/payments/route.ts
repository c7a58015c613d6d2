import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { known } from "../../api/queryClient.ts";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { paymentFilters } from "./filters.ts";
import { paymentQuery, paymentsQuery } from "./queries.ts";

const list = createRoute({
  getParentRoute: () => shellRoute,
  path: "/payments",
  beforeLoad: wants("payments:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(paymentsQuery(deps, paymentFilters(context.texts))),
  component: lazyRouteComponent(() => import("./PaymentsPage.tsx"), "PaymentsPage"),
});

const details = createRoute({
  getParentRoute: () => shellRoute,
  path: "/payments/$id",
  beforeLoad: wants("payments:read"),
  loader: async ({ params }) => await known(paymentQuery(params.id)),
  component: lazyRouteComponent(() => import("./PaymentPage.tsx"), "PaymentPage"),
});

export const paymentRoutes = [list, details] as const;
