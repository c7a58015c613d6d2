import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { asOfNow, known } from "../../api/queryClient.ts";
import { wants } from "../../shared/page/guard.ts";
import { listSearch } from "../../shared/table/filters.ts";
import { prefetchList } from "../../shared/table/listQuery.ts";
import { shellRoute } from "../root.tsx";
import { isPanelTab, type PanelTab } from "./edit/panelTab.ts";
import { rulesetFilters } from "./filters.ts";
import { rulesetQuery, rulesetsQuery, versionsQuery } from "./queries.ts";

const list = createRoute({
  getParentRoute: () => shellRoute,
  path: "/rulesets",
  beforeLoad: wants("rulesets:read"),
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps, context }) => prefetchList(rulesetsQuery(deps, rulesetFilters(context.texts))),
  component: lazyRouteComponent(() => import("./RulesetsPage.tsx"), "RulesetsPage"),
});

const create = createRoute({
  getParentRoute: () => shellRoute,
  path: "/rulesets/new",
  beforeLoad: wants("rulesets:write"),
  validateSearch: (search: Record<string, unknown>): { readonly from?: string } =>
    typeof search["from"] === "string" ? { from: search["from"] } : {},
  loaderDeps: ({ search }) => search,
  // The rule that it is to be like.
  loader: async ({ deps: { from } }) =>
    from === undefined ? null : (await asOfNow(rulesetQuery(from))).body,
  component: lazyRouteComponent(() => import("./edit/RulesetEditorPage.tsx"), "NewRulesetPage"),
});

const edit = createRoute({
  getParentRoute: () => shellRoute,
  path: "/rulesets/$id/edit",
  beforeLoad: wants("rulesets:write"),
  validateSearch: ({ panel }: Record<string, unknown>): { readonly panel?: PanelTab } =>
    isPanelTab(panel) ? { panel } : {},
  loader: async ({ params }) => await asOfNow(rulesetQuery(params.id)),
  component: lazyRouteComponent(() => import("./edit/RulesetEditorPage.tsx"), "EditRulesetPage"),
});

const details = createRoute({
  getParentRoute: () => shellRoute,
  path: "/rulesets/$id",
  beforeLoad: wants("rulesets:read"),
  loader: async ({ params }) => await known(rulesetQuery(params.id)),
  component: lazyRouteComponent(() => import("./details/RulesetPage.tsx"), "RulesetPage"),
});

const review = createRoute({
  getParentRoute: () => shellRoute,
  path: "/rulesets/$id/review",
  beforeLoad: wants("rulesets:write"),
  loader: async ({ params }) => await asOfNow(rulesetQuery(params.id)),
  component: lazyRouteComponent(() => import("./review/ReviewPage.tsx"), "ReviewPage"),
});

/** Which two are compared. */
interface VersionsSearch {
  readonly version?: string;
  readonly with?: string;
}

const versions = createRoute({
  getParentRoute: () => shellRoute,
  path: "/rulesets/$id/versions",
  beforeLoad: wants("rulesets:read"),
  validateSearch: (search: Record<string, unknown>): VersionsSearch => ({
    ...(typeof search["version"] === "string" ? { version: search["version"] } : {}),
    ...(typeof search["with"] === "string" ? { with: search["with"] } : {}),
  }),
  loader: async ({ params }) =>
    await Promise.all([known(rulesetQuery(params.id)), known(versionsQuery(params.id))]),
  component: lazyRouteComponent(() => import("./versions/VersionsPage.tsx"), "VersionsPage"),
});

export const rulesetRoutes = [list, create, details, edit, review, versions] as const;
