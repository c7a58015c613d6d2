import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { asOfNow } from "../../api/queryClient.ts";
import { boot } from "../../api/session.ts";
import { rootRoute } from "../root.tsx";
import { consentQuery } from "./queries.ts";

/** Outside of the shell: nothing else is open to whoever has to consent first. */
export const consentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/consent",
  validateSearch: ({ next }: Record<string, unknown>): { readonly next?: string } =>
    typeof next === "string" ? { next } : {},
  beforeLoad: async ({ location, context }) => {
    if (boot.session === null) throw redirect({ to: "/sign-in", replace: true });
    if (!boot.session.consentRequired) throw redirect({ to: "/", replace: true });
    await context.loadTextsFor(location.pathname);
  },
  loader: async () => await asOfNow(consentQuery()),
  component: lazyRouteComponent(() => import("./ConsentPage.tsx"), "ConsentPage"),
});
