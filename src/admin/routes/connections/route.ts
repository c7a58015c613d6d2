import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { known } from "../../api/queryClient.ts";
import { wants } from "../../shared/page/guard.ts";
import { shellRoute } from "../root.tsx";
import { connectionsQuery } from "./queries.ts";

export const connectionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/connections",
  beforeLoad: wants("connections:read"),
  loader: async () => await known(connectionsQuery()),
  component: lazyRouteComponent(() => import("./ConnectionsPage.tsx"), "ConnectionsPage"),
});
