import type { AnyRoute } from "../http/route.ts";
import type { Services } from "../../engine/services.ts";
import { halDeviceRoutes } from "../hal/devices.ts";
import { halMerchantRoute } from "../hal/merchants.ts";
import { halTransferListRoute } from "../hal/transferList.ts";
import { halTransferRoutes } from "../hal/transfers.ts";
import { deviceRoutes } from "../ipp/devices.ts";
import { enrollmentRoutes } from "../ipp/enrollments.ts";
import { accountRangeRoutes } from "./accountRanges.ts";
import { brandingRoutes, logoRoute, shownBrandingRoute } from "./branding.ts";
import { certificateRoutes } from "./certificates.ts";
import { importRoutes } from "./imports/history.ts";
import { openingBalanceRoutes } from "./adjustments/openingBalances.ts";
import { adjustmentRoutes } from "./adjustments/routes.ts";
import { cardRoutes } from "./cards.ts";
import { claimRoutes } from "./claims.ts";
import { connectionRoutes } from "./connections.ts";
import { paymentRoutes } from "./payments.ts";
import { dashboardRoute } from "./dashboard/route.ts";
import { offlineRoutes } from "./offline.ts";
import { operationRoutes } from "./operations.ts";
import { deviceCommandRoutes } from "./deviceCommands.ts";
import { enrollmentList } from "./enrollments.ts";
import { locationRoutes, merchantRoutes } from "./places.ts";
import { messageRoutes } from "./messages.ts";
import { rateRoutes } from "./rates.ts";
import { rulesetRoutes } from "./rulesets.ts";
import { type ManagementDeps, type SecuredAnyRoute, securedRoutes } from "./secured.ts";
import { clientSessionRoute, initiateSession } from "./clientSession.ts";
import { consentRoutes } from "./consent.ts";
import { sessionRoutes } from "./session.ts";
import { systemRoutes } from "./system.ts";
import { termsRoutes } from "./terms.ts";
import { terminalRoutes } from "./terminals.ts";
import { testClockRoutes } from "./testClock.ts";
import { transactionPullRoutes } from "./transactionPull.ts";
import { transactionRoutes } from "./transactions.ts";
import { invitationRoutes } from "./invitation.ts";
import { keyRoutes } from "./keys.ts";
import { ownChoiceRoutes } from "./ownChoices.ts";
import { ownSessionRoutes } from "./ownSessions.ts";
import { searchRoute } from "./search.ts";
import { userActRoutes } from "./userActs.ts";
import { userRoutes } from "./users.ts";
import { webhookRoutes } from "./webhooks/routes.ts";
import { whitelistRoutes } from "./whitelist/entries.ts";

/** The routes of the wire contract's section "Management". */
export function managementRoutes(services: Services, deps: ManagementDeps): readonly AnyRoute[] {
  return [
    ...sessionRoutes(services, deps),
    ...ownSessionRoutes(services),
    ...ownChoiceRoutes(services),
    ...consentRoutes(services),
    ...invitationRoutes(services),
    clientSessionRoute(services),
    logoRoute(services),
    shownBrandingRoute(services),
    ...permittedRoutes(services, deps),
  ];
}

/** Those that want a permission, each with the one it wants. */
export function permittedRoutes(services: Services, deps: ManagementDeps): readonly SecuredAnyRoute[] {
  const kit = { services, deps, secure: securedRoutes(services, deps) };
  return [
    ...merchantRoutes(kit),
    ...locationRoutes(kit),
    ...terminalRoutes(kit),
    enrollmentList(kit),
    ...enrollmentRoutes(kit),
    ...deviceRoutes(kit),
    ...claimRoutes(kit),
    initiateSession(kit),
    ...certificateRoutes(kit),
    ...deviceCommandRoutes(kit),
    ...halDeviceRoutes(kit),
    halMerchantRoute(kit),
    halTransferListRoute(kit),
    ...halTransferRoutes(kit),
    ...rulesetRoutes(kit),
    ...accountRangeRoutes(kit),
    ...messageRoutes(kit),
    ...transactionRoutes(kit),
    ...transactionPullRoutes(kit),
    ...importRoutes(kit),
    ...rateRoutes(kit),
    ...whitelistRoutes(kit),
    ...operationRoutes(kit),
    ...offlineRoutes(kit),
    dashboardRoute(kit),
    searchRoute(kit),
    ...cardRoutes(kit),
    ...adjustmentRoutes(kit),
    ...openingBalanceRoutes(kit),
    ...termsRoutes(kit),
    ...userRoutes(kit),
    ...userActRoutes(kit),
    ...keyRoutes(kit),
    ...brandingRoutes(kit),
    ...webhookRoutes(kit),
    ...systemRoutes(kit),
    ...connectionRoutes(kit),
    ...paymentRoutes(kit),
    ...testClockRoutes(kit),
  ];
}
