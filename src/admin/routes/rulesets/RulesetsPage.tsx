import { Button } from "@mantine/core";
import { Link, getRouteApi } from "@tanstack/react-router";
import { IconPlus, IconScale } from "@tabler/icons-react";
import { may } from "../../api/session.ts";
import { StateView } from "../../shared/page/StateView.tsx";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { useTexts } from "../../texts/texts.ts";
import { rulesetColumns } from "./columns.tsx";
import { rulesetFilters } from "./filters.ts";
import { rulesetsQuery } from "./queries.ts";

const route = getRouteApi("/shell/rulesets");

export function RulesetsPage() {
  const texts = useTexts();
  const { rulesets, shell } = texts;
  const search = route.useSearch();
  const filters = rulesetFilters(texts);
  const create = may("rulesets:write") ? (
    <Button component={Link} to="/rulesets/new" leftSection={<IconPlus size={16} aria-hidden="true" />}>
      {rulesets.create}
    </Button>
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
      defaultSort="name"
      empty={
        <StateView icon={IconScale} title={rulesets.empty} action={create}>
          <p>{rulesets.emptyWhy}</p>
        </StateView>
      }
    />
  );
}
