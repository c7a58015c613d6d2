import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { known } from "../../api/queryClient.ts";
import { wants } from "../../shared/page/guard.ts";
import { shellRoute } from "../root.tsx";
import { systemQuery } from "./queries.ts";
import { systemWords } from "./words.ts";

export const systemRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/system",
  beforeLoad: wants("system:write"),
  loader: async ({ context }) => {
    const [system] = await Promise.all([
      known(systemQuery()),
      systemWords.load(context.preferences.language),
    ]);
    return system;
  },
  component: lazyRouteComponent(() => import("./SystemPage.tsx"), "SystemPage"),
});
