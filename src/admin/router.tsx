import { createRouter } from "@tanstack/react-router";
import { ErrorState, NotFoundState } from "./shared/page/StateView.tsx";
import { parseSearch, stringifySearch } from "./searchParams.ts";
import type { RouterContext } from "./routes/context.ts";
import { rootRoute, shellRoute } from "./routes/root.tsx";
import { nowhereRoute } from "./routes/nowhere.ts";
import { accountRoute } from "./routes/account/route.ts";
import { accountRangeRoutes } from "./routes/account-ranges/route.ts";
import { brandingRoute } from "./routes/branding/route.ts";
import { cardRoutes } from "./routes/cards/route.ts";
import { dashboardRoute } from "./routes/dashboard/route.ts";
import { certificatesRoute } from "./routes/certificates/route.ts";
import { enrollmentsRoute } from "./routes/enrollments/route.ts";
import { keysRoute } from "./routes/keys/route.ts";
import { locationRoutes } from "./routes/locations/route.ts";
import { messagesRoute } from "./routes/messages/route.ts";
import { merchantRoutes } from "./routes/merchants/route.ts";
import { terminalRoutes } from "./routes/terminals/route.ts";
import { rateRoutes } from "./routes/rates/route.ts";
import { transactionRoutes } from "./routes/transactions/route.ts";
import { rulesetRoutes } from "./routes/rulesets/route.ts";
import { adjustmentRoutes } from "./routes/adjustments/route.ts";
import { offlineRoutes } from "./routes/offline/route.ts";
import { operationRoute } from "./routes/operations/details/route.ts";
import { operationsRoute } from "./routes/operations/route.ts";
import { connectionsRoute } from "./routes/connections/route.ts";
import { paymentRoutes } from "./routes/payments/route.ts";
import { systemRoute } from "./routes/system/route.ts";
import { termsRoutes } from "./routes/terms/route.ts";
import { consentRoute } from "./routes/consent/route.ts";
import { userRoutes } from "./routes/users/route.ts";
import { importRoutes } from "./routes/imports/route.ts";
import { invitationRoute } from "./routes/invitation/route.ts";
import { virtualTerminalRoute } from "./routes/virtual-terminal/route.ts";
import { webhookRoutes } from "./routes/webhooks/route.ts";
import { whitelistRoutes } from "./routes/whitelist/route.ts";
import { signInRoute } from "./routes/sign-in/route.ts";

/** Every page, by its URL: a folder of `routes` has the same name. */
const tree = rootRoute.addChildren([
  signInRoute,
  consentRoute,
  invitationRoute,
  shellRoute.addChildren([
    dashboardRoute,
    operationsRoute,
    operationRoute,
    ...offlineRoutes,
    ...paymentRoutes,
    ...accountRangeRoutes,
    ...rateRoutes,
    messagesRoute,
    ...cardRoutes,
    ...whitelistRoutes,
    ...adjustmentRoutes,
    ...transactionRoutes,
    ...importRoutes,
    ...locationRoutes,
    ...merchantRoutes,
    ...terminalRoutes,
    enrollmentsRoute,
    certificatesRoute,
    ...webhookRoutes,
    ...termsRoutes,
    virtualTerminalRoute,
    ...userRoutes,
    keysRoute,
    ...rulesetRoutes,
    brandingRoute,
    connectionsRoute,
    systemRoute,
    accountRoute,
    nowhereRoute,
  ]),
]);

export function createPanelRouter(context: RouterContext) {
  return createRouter({
    routeTree: tree,
    context,
    basepath: "/admin",
    parseSearch,
    stringifySearch,
    trailingSlash: "never",
    defaultPreload: "intent",
    defaultPreloadDelay: 50,
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} retry={reset} />,
    defaultNotFoundComponent: () => <NotFoundState />,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createPanelRouter>;
  }
}
