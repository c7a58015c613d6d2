import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { known } from "../../api/queryClient.ts";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { shellRoute } from "../root.tsx";

const list = createRoute({
  getParentRoute: () => shellRoute,
  path: "/imports",
  beforeLoad: wants("imports:read"),
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import("./ImportsPage.tsx"), "ImportsPage"),
});

const details = createRoute({
  getParentRoute: () => shellRoute,
  path: "/imports/$importId",
  beforeLoad: wants("imports:read"),
  // What every page carries is small: this comes with the page.
  loader: async ({ params }) => {
    const { importQuery } = await import("./ImportPage.tsx");
    return await known(importQuery(params.importId));
  },
  component: lazyRouteComponent(() => import("./ImportPage.tsx"), "ImportPage"),
});

export const importRoutes = [list, details] as const;
