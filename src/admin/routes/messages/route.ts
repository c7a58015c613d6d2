import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { asOfNow } from "../../api/queryClient.ts";
import { wants } from "../../shared/page/guard.ts";
import { shellRoute } from "../root.tsx";
import { INSTALLATION, messagesQuery } from "./queries.ts";

/** Whose texts are looked at: a ruleset's id; absent: the installation's. */
export interface MessagesSearch {
  readonly programme?: string;
}

export const messagesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/messages",
  beforeLoad: wants("messages:read"),
  validateSearch: ({ programme }: Record<string, unknown>): MessagesSearch =>
    typeof programme === "string" && programme !== "" ? { programme } : {},
  loaderDeps: ({ search }) => search,
  loader: async ({ deps }) => await asOfNow(messagesQuery(deps.programme ?? INSTALLATION)),
  component: lazyRouteComponent(() => import("./MessagesPage.tsx"), "MessagesPage"),
});
