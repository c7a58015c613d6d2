import { createRoute, redirect } from "@tanstack/react-router";
import { landingPage } from "../shared/page/navigation.ts";
import { shellRoute } from "./root.tsx";

/** Sends everybody to where their work is. */
export const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: landingPage(), replace: true });
  },
});
