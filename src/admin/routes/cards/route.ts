import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { may } from "../../api/session.ts";
import { known, queryClient } from "../../api/queryClient.ts";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { cardFilters } from "./filters.ts";
import { cardQuery, cardsQuery, recentQuery } from "./queries.ts";

const list = createRoute({
  getParentRoute: () => shellRoute,
  path: "/cards",
  beforeLoad: wants("cards:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(cardsQuery(deps, cardFilters(context.texts))),
  component: lazyRouteComponent(() => import("./CardsPage.tsx"), "CardsPage"),
});

const details = createRoute({
  getParentRoute: () => shellRoute,
  path: "/cards/$cardId",
  beforeLoad: wants("cards:read"),
  loader: async ({ params: { cardId } }) => {
    if (may("operations:read")) queryClient.query(recentQuery(cardId)).catch(() => undefined);
    await known(cardQuery(cardId));
  },
  component: lazyRouteComponent(() => import("./CardPage.tsx"), "CardPage"),
});

const importing = createRoute({
  getParentRoute: () => shellRoute,
  path: "/cards/import",
  beforeLoad: wants("cards:write"),
  component: lazyRouteComponent(() => import("./ImportPage.tsx"), "ImportPage"),
});

export const cardRoutes = [list, importing, details] as const;
