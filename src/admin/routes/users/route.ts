import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { known } from "../../api/queryClient.ts";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { userFilters } from "./filters.ts";
import { userQuery, usersQuery } from "./queries.ts";

const list = createRoute({
  getParentRoute: () => shellRoute,
  path: "/users",
  beforeLoad: wants("users:write"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(usersQuery(deps, userFilters(context.texts))),
  component: lazyRouteComponent(() => import("./UsersPage.tsx"), "UsersPage"),
});

const details = createRoute({
  getParentRoute: () => shellRoute,
  path: "/users/$id",
  beforeLoad: wants("users:write"),
  loader: async ({ params }) => await known(userQuery(params.id)),
  component: lazyRouteComponent(() => import("./UserPage.tsx"), "UserPage"),
});

export const userRoutes = [list, details] as const;
