import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { termsFilters } from "./filters.ts";
import { termsQuery } from "./queries.ts";

const list = createRoute({
  getParentRoute: () => shellRoute,
  path: "/terms",
  beforeLoad: wants("terms:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(termsQuery(deps, termsFilters(context.texts))),
  component: lazyRouteComponent(() => import("./TermsPage.tsx"), "TermsPage"),
});

const upload = createRoute({
  getParentRoute: () => shellRoute,
  path: "/terms/new",
  beforeLoad: wants("terms:write"),
  component: lazyRouteComponent(() => import("./NewTermsPage.tsx"), "NewTermsPage"),
});

export const termsRoutes = [list, upload] as const;
