import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { may } from "../../api/session.ts";
import { landingPage } from "../../shared/page/navigation.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { shellRoute } from "../root.tsx";

/** Whoever comes to the panel without saying where to is sent to where their work is; later this is the dashboard. */
let isArrival = /^\/admin\/?$/.test(window.location.pathname) && window.location.search === "";

export const dashboardRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  beforeLoad: () => {
    const to = landingPage();
    const isSent = to !== "/" && (isArrival || !may("dashboard:read"));
    isArrival = false;
    if (isSent) throw redirect({ to, replace: true });
  },
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import("./DashboardPage.tsx"), "DashboardPage"),
});
