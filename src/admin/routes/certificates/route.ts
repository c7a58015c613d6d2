import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { certificateFilters } from "./filters.ts";
import { certificatesQuery } from "./queries.ts";

export const certificatesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/certificates",
  beforeLoad: wants("terminals:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(certificatesQuery(deps, certificateFilters(context.texts))),
  component: lazyRouteComponent(() => import("./CertificatesPage.tsx"), "CertificatesPage"),
});
