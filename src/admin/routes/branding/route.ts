import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { asOfNow } from "../../api/queryClient.ts";
import { wants } from "../../shared/page/guard.ts";
import { shellRoute } from "../root.tsx";
import { brandingQuery } from "./queries.ts";

export const brandingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/branding",
  beforeLoad: wants("branding:write"),
  loader: async () => await asOfNow(brandingQuery()),
  component: lazyRouteComponent(() => import("./BrandingPage.tsx"), "BrandingPage"),
});
