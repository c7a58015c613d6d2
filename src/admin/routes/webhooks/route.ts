import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { known } from "../../api/queryClient.ts";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { deliveryFilters } from "./filters.ts";
import { deliveriesQuery, webhookQuery, webhooksQuery } from "./queries.ts";

const list = createRoute({
  getParentRoute: () => shellRoute,
  path: "/webhooks",
  beforeLoad: wants("webhooks:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => prefetchList(webhooksQuery(deps)),
  component: lazyRouteComponent(() => import("./WebhooksPage.tsx"), "WebhooksPage"),
});

const details = createRoute({
  getParentRoute: () => shellRoute,
  path: "/webhooks/$id",
  beforeLoad: wants("webhooks:read"),
  loader: async ({ params }) => await known(webhookQuery(params.id)),
  component: lazyRouteComponent(() => import("./WebhookPage.tsx"), "WebhookPage"),
});

const deliveries = createRoute({
  getParentRoute: () => shellRoute,
  path: "/webhooks/$id/deliveries",
  beforeLoad: wants("webhooks:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ params, deps, context }) => {
    await known(webhookQuery(params.id));
    prefetchList(deliveriesQuery(params.id, deps, deliveryFilters(context.texts)));
  },
  component: lazyRouteComponent(() => import("./DeliveriesPage.tsx"), "DeliveriesPage"),
});

export const webhookRoutes = [list, details, deliveries] as const;
