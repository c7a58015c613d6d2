import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../root.tsx";
import { takeToken } from "./token.ts";

/** Where an invitation's link leads. Its token is taken out of the address before anything else looks at that. */
export const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invitation",
  beforeLoad: async ({ location, context }) => {
    takeToken();
    await context.loadTextsFor(location.pathname);
  },
  component: lazyRouteComponent(() => import("./InvitationPage.tsx"), "InvitationPage"),
});
