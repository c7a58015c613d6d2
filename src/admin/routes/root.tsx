import { createRootRouteWithContext, createRoute, redirect } from "@tanstack/react-router";
import { boot } from "../api/session.ts";
import { Root } from "../shared/page/Root.tsx";
import { Shell } from "../shared/page/Shell.tsx";
import type { RouterContext } from "./context.ts";

export const rootRoute = createRootRouteWithContext<RouterContext>()({ component: RootOfContext });

function RootOfContext() {
  const { textsAgain, preferences } = rootRoute.useRouteContext();
  return <Root textsNow={textsAgain} preferences={preferences} />;
}

/** Around every page for those who are signed in. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  beforeLoad: async ({ location, context }) => {
    if (boot.session === null) throw redirect({ to: "/sign-in", search: { next: location.href } });
    if (boot.session.consentRequired) throw redirect({ to: "/consent", search: { next: location.href } });
    await context.loadTextsFor(location.pathname);
  },
  component: Shell,
});
