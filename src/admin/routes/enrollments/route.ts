import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { enrollmentFilters } from "./filters.ts";
import { enrollmentsQuery } from "./queries.ts";

export const enrollmentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/enrollments",
  beforeLoad: wants("terminals:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(enrollmentsQuery(deps, enrollmentFilters(context.texts))),
  component: lazyRouteComponent(() => import("./EnrollmentsPage.tsx"), "EnrollmentsPage"),
});
