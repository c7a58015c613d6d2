import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { deliveryFilters, listedFilters, uploadFilters } from "./filters.ts";
import { deliveriesQuery, listedQuery, uploadsQuery } from "./queries.ts";

const list = createRoute({
  getParentRoute: () => shellRoute,
  path: "/whitelist",
  beforeLoad: wants("whitelist:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(listedQuery(deps, listedFilters(context.texts))),
  component: lazyRouteComponent(() => import("./WhitelistPage.tsx"), "WhitelistPage"),
});

const uploading = createRoute({
  getParentRoute: () => shellRoute,
  path: "/whitelist/upload",
  beforeLoad: wants("whitelist:write"),
  component: lazyRouteComponent(() => import("./UploadPage.tsx"), "UploadPage"),
});

const uploads = createRoute({
  getParentRoute: () => shellRoute,
  path: "/whitelist/uploads",
  beforeLoad: wants("whitelist:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(uploadsQuery(deps, uploadFilters(context.texts))),
  component: lazyRouteComponent(() => import("./UploadsPage.tsx"), "UploadsPage"),
});

const deliveries = createRoute({
  getParentRoute: () => shellRoute,
  path: "/whitelist/deliveries",
  beforeLoad: wants("whitelist:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(deliveriesQuery(deps, deliveryFilters(context.texts))),
  component: lazyRouteComponent(() => import("./DeliveriesPage.tsx"), "DeliveriesPage"),
});

export const whitelistRoutes = [list, uploading, uploads, deliveries] as const;
