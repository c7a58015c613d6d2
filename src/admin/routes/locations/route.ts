import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { asOfNow, known } from "../../api/queryClient.ts";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { locationFilters } from "./filters.ts";
import { locationQuery, locationsQuery } from "./queries.ts";

const list = createRoute({
  getParentRoute: () => shellRoute,
  path: "/locations",
  beforeLoad: wants("locations:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(locationsQuery(deps, locationFilters(context.texts))),
  component: lazyRouteComponent(() => import("./LocationsPage.tsx"), "LocationsPage"),
});

const create = createRoute({
  getParentRoute: () => shellRoute,
  path: "/locations/new",
  beforeLoad: wants("locations:write"),
  component: lazyRouteComponent(() => import("./LocationFormPage.tsx"), "NewLocationPage"),
});

const details = createRoute({
  getParentRoute: () => shellRoute,
  path: "/locations/$id",
  beforeLoad: wants("locations:read"),
  loader: async ({ params }) => await known(locationQuery(params.id)),
  component: lazyRouteComponent(() => import("./LocationPage.tsx"), "LocationPage"),
});

const edit = createRoute({
  getParentRoute: () => shellRoute,
  path: "/locations/$id/edit",
  beforeLoad: wants("locations:write"),
  loader: async ({ params }) => await asOfNow(locationQuery(params.id)),
  component: lazyRouteComponent(() => import("./LocationFormPage.tsx"), "EditLocationPage"),
});

export const locationRoutes = [list, create, details, edit] as const;
