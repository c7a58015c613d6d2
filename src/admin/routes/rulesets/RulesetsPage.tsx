import { getRouteApi } from "@tanstack/react-router";
import { IconScale } from "@tabler/icons-react";
import { may } from "../../api/session.ts";
import { CreateLink } from "../../shared/page/CreateButton.tsx";
import { StateView } from "../../shared/page/StateView.tsx";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { useTexts } from "../../texts/texts.ts";
import { rulesetColumns } from "./columns.tsx";
import { rulesetFilters } from "./filters.ts";
import { PhaseTabs } from "./PhaseTabs.tsx";
import { type RulesetItem, rulesetsQuery } from "./queries.ts";
import { RowActions } from "./RowActions.tsx";

const route = getRouteApi("/shell/rulesets");

export function RulesetsPage() {
  const texts = useTexts();
  const { rulesets, shell } = texts;
  const search = route.useSearch();
  const filters = rulesetFilters(texts);
  const create = may("rulesets:write") ? (
    <CreateLink label={rulesets.create} to="/rulesets/new" />
  ) : undefined;
  return (
    <ListPage
      name="rulesets"
      title={shell.pages.rulesets}
      actions={create}
      columns={rulesetColumns(texts)}
      filters={filters}
      search={search}
      query={rulesetsQuery(search, filters)}
      rowKey={({ id }) => id}
      rowLink={({ id }) => ({ to: "/rulesets/$id", params: { id } })}
      {...(may("rulesets:write")
        ? { actionsLabel: rulesets.actions, rowActions: (rule: RulesetItem) => <RowActions rule={rule} /> }
        : {})}
      defaultSort="name"
      lead={<PhaseTabs search={search} filters={filters} />}
      empty={
        <StateView icon={IconScale} title={rulesets.empty} action={create}>
          <p>{rulesets.emptyWhy}</p>
        </StateView>
      }
    />
  );
}
