import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../root.tsx";

/** One's own account: for everybody who is signed in. */
export const accountRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/account",
  component: lazyRouteComponent(() => import("./AccountPage.tsx"), "AccountPage"),
});
