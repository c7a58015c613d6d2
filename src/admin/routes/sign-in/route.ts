import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { boot } from "../../api/session.ts";
import { rootRoute } from "../root.tsx";

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: ({ next }: Record<string, unknown>): { readonly next?: string } =>
    typeof next === "string" ? { next } : {},
  beforeLoad: () => {
    if (boot.session !== null) throw redirect({ to: "/", replace: true });
  },
  component: lazyRouteComponent(() => import("./SignInPage.tsx"), "SignInPage"),
});
