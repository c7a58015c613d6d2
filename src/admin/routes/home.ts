import { createRoute, redirect } from "@tanstack/react-router";
import { NotFoundState } from "../shared/page/StateView.tsx";
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

/** Every other address: said within the shell, so that the way on is at hand. */
export const nowhereRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "$",
  component: NotFoundState,
});
