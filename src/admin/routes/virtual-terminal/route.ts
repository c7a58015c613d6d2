import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { wants } from "../../shared/page/guard.ts";
import { shellRoute } from "../root.tsx";

/** Which of the waiting terminals it is to be. */
interface VirtualTerminalSearch {
  readonly serial?: string;
}

export const virtualTerminalRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/virtual-terminal",
  beforeLoad: wants("terminals:write"),
  validateSearch: (search: Record<string, unknown>): VirtualTerminalSearch =>
    typeof search["serial"] === "string" ? { serial: search["serial"] } : {},
  loader: async () => {
    const { loadDevice } = await import("./device/keyStore.ts");
    return await loadDevice();
  },
  component: lazyRouteComponent(() => import("./VirtualTerminalPage.tsx"), "VirtualTerminalPage"),
});
