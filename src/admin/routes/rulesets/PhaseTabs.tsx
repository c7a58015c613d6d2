import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { TabLinks } from "../../shared/page/TabLinks.tsx";
import { type Filter, type ListSearch, valueOf } from "../../shared/table/filters.ts";
import { useTexts } from "../../texts/texts.ts";
import { phasesQuery } from "./queries.ts";

const ALL = "";

/** The list by phase, with how many there are; the other filters stay. */
export function PhaseTabs({
  search,
  filters,
}: {
  readonly search: ListSearch;
  readonly filters: readonly Filter[];
}) {
  const { rulesets } = useTexts();
  const { data = [] } = useQuery({ ...phasesQuery(search, filters), placeholderData: keepPreviousData });
  const total = data.reduce((sum, { count }) => sum + count, 0);
  const tabs = [
    ...data.map(({ phase, count }) => ({
      name: phase,
      label: rulesets.tab(rulesets.statuses[phase], count),
    })),
    { name: ALL, label: rulesets.tab(rulesets.all, total) },
  ];
  return (
    <TabLinks
      label={rulesets.byStatus}
      tabs={tabs.map(({ name, label }) => {
        const { phase: _phase, cursor: _cursor, ...others } = search;
        return { name, label, search: name === ALL ? others : { ...others, phase: name } };
      })}
      current={valueOf(search, "phase") ?? ALL}
    />
  );
}
