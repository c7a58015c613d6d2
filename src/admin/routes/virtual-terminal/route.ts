import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { wants } from "../../shared/page/guard.ts";
import { shellRoute } from "../root.tsx";
import { virtualTerminalWords } from "./words.ts";

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
  loader: async ({ context }) => {
    const [{ loadDevice }] = await Promise.all([
      import("./device/keyStore.ts"),
      virtualTerminalWords.load(context.preferences.language),
    ]);
    return await loadDevice();
  },
  component: lazyRouteComponent(() => import("./VirtualTerminalPage.tsx"), "VirtualTerminalPage"),
});
