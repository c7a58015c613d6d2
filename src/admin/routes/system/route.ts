import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { known } from "../../api/queryClient.ts";
import { wants } from "../../shared/page/guard.ts";
import { shellRoute } from "../root.tsx";
import { systemQuery } from "./queries.ts";

export const systemRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/system",
  beforeLoad: wants("system:write"),
  loader: async () => await known(systemQuery()),
  component: lazyRouteComponent(() => import("./SystemPage.tsx"), "SystemPage"),
});
