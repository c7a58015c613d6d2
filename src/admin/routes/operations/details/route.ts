import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { known } from "../../../api/queryClient.ts";
import { wants } from "../../../shared/page/guard.ts";
import { shellRoute } from "../../root.tsx";
import { operationQuery } from "../queries.ts";

const TABS = ["decision", "rule", "transactions", "raw"] as const;
export type OperationTab = (typeof TABS)[number];

interface OperationSearch {
  readonly tab?: OperationTab;
  /** A dialog that is worth a link. */
  readonly do?: "reverse";
}

export const operationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/operations/$accessId",
  beforeLoad: wants("operations:read"),
  validateSearch: (search: Record<string, unknown>): OperationSearch => {
    const tab = TABS.find((one) => one === search["tab"]);
    return {
      ...(tab === undefined ? {} : { tab }),
      ...(search["do"] === "reverse" ? { do: "reverse" } : {}),
    };
  },
  loader: async ({ params }) => await known(operationQuery(params.accessId)),
  component: lazyRouteComponent(() => import("./OperationPage.tsx"), "OperationPage"),
});
