import { NativeSelect } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { businessNow } from "../../api/session.ts";
import { Check } from "../../shared/form/Check.tsx";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { ErrorState } from "../../shared/page/StateView.tsx";
import { zoneOf } from "../../shared/preferences.ts";
import { FilterBar } from "../../shared/table/FilterBar.tsx";
import { type ListSearch, valueOf } from "../../shared/table/filters.ts";
import { Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import { BusyHours } from "./BusyHours.tsx";
import classes from "./dashboard.module.css";
import { Fees } from "./Fees.tsx";
import { Figures } from "./Figures.tsx";
import { dashboardFilters } from "./filters.ts";
import { StateNow } from "./StateNow.tsx";
import { Guests } from "./Guests.tsx";
import { OverTime } from "./OverTime.tsx";
import { Places } from "./Places.tsx";
import { dashboardQuery } from "./queries.ts";
import { RANGES, rangeOf, spanOf } from "./ranges.ts";
import { Reasons } from "./Reasons.tsx";

const route = getRouteApi("/shell/");

/** What happened in a time: numbers that lead to their list, and what waits. */
export function DashboardPage() {
  const texts = useTexts();
  const { dashboard: words, shell } = texts;
  const { preferences } = usePreferences();
  const search = route.useSearch();
  const navigate = useNavigate();
  const zone = valueOf(search, "tz") ?? zoneOf(preferences);
  const filters = dashboardFilters(texts);
  const answer = useQuery({ ...dashboardQuery(search, filters, zone), placeholderData: keepPreviousData });
  const go = (changes: ListSearch): void => {
    const next = Object.fromEntries(
      Object.entries({ ...search, ...changes }).filter(([, value]) => value !== undefined),
    );
    void navigate({ to: ".", search: next });
  };
  const { data } = answer;
  const part = data === undefined ? null : { data, search };
  const [from, to] = [valueOf(search, "from"), valueOf(search, "to")];
  const span = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  const range = rangeOf(span, zone, businessNow());
  return (
    <>
      <PageHead
        title={shell.pages.dashboard}
        aside={
          data === undefined ? null : (
            <span className="second">
              <Time at={data.from} seconds={false} zoneName={false} /> – <Time at={data.to} seconds={false} />
            </span>
          )
        }
      />
      <div className={classes["choices"]}>
        <NativeSelect
          label={words.range}
          value={range ?? ""}
          data={[
            ...(range === null ? [{ value: "", label: words.ranges.own }] : []),
            ...RANGES.map((one) => ({ value: one, label: words.ranges[one] })),
          ]}
          onChange={({ currentTarget }) => {
            const chosen = RANGES.find((one) => one === currentTarget.value);
            if (chosen !== undefined) go({ ...spanOf(chosen, zone, businessNow()) });
          }}
        />
        <Check
          label={words.compare}
          checked={valueOf(search, "compare") === "true"}
          onChange={(checked) => go({ compare: checked ? "true" : undefined })}
        />
      </div>
      <FilterBar
        filters={filters}
        search={withoutOwn(search)}
        onChange={(name, values) => go({ [name]: values.length === 0 ? undefined : values })}
        onClear={() => void navigate({ to: "." })}
      />
      {part === null ? (
        answer.isError ? (
          <ErrorState error={answer.error} retry={() => void answer.refetch()} isPage={false} />
        ) : (
          <p role="status" className="second">
            {shell.loading}
          </p>
        )
      ) : (
        <div aria-busy={answer.isPlaceholderData} className={classes["parts"]}>
          <Figures {...part} />
          <OverTime {...part} />
          <Places {...part} />
          <Reasons {...part} />
          <BusyHours {...part} onChange={(hoursIn) => go({ hoursIn })} />
          <Guests {...part} />
          <Fees {...part} />
          <StateNow {...part} />
        </div>
      )}
    </>
  );
}

function withoutOwn({ compare: _compare, hoursIn: _hoursIn, ...filters }: ListSearch): ListSearch {
  return filters;
}
