import { Link } from "@tanstack/react-router";
import { Facts } from "../../shared/page/Facts.tsx";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { DataTable } from "../../shared/table/DataTable.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import { Bar } from "../../shared/status/Bar.tsx";
import classes from "./dashboard.module.css";
import type { PartProps } from "./part.ts";

/** What is as it is now: budgets, terminals, what waits. */
export function StateNow({ data }: PartProps) {
  const words = useTexts().dashboard;
  const { budgets, terminals, offline, waitingForYou: waiting } = data;
  const format = new Intl.NumberFormat(usePreferences().preferences.language);
  return (
    <>
      {budgets === null ? null : (
        <section className={classes["whole"]}>
          <SectionHead title={words.budgets.title} />
          {budgets.length === 0 ? (
            <p className="second">{words.budgets.none}</p>
          ) : (
            <DataTable
              label={words.budgets.title}
              rows={budgets}
              rowKey={({ rulesetId }) => rulesetId}
              rowLink={({ rulesetId }) => ({ to: "/rulesets/$id", params: { id: rulesetId } })}
              columns={[
                { id: "rule", header: words.budgets.rule, cell: ({ name }) => <bdi>{name}</bdi> },
                {
                  id: "used",
                  header: words.budgets.used,
                  cell: ({ used, max }) => (
                    <>
                      {words.budgets.of(format.format(used), format.format(max))}
                      <Bar value={used} most={max} tone={used >= max ? "bad" : "ok"} />
                    </>
                  ),
                },
                {
                  id: "to",
                  header: words.budgets.until,
                  cell: ({ to }) => (to === null ? words.budgets.never : <Time at={to} seconds={false} />),
                },
                {
                  id: "out",
                  header: words.budgets.runsOut,
                  cell: ({ runsOutAt }) =>
                    runsOutAt === null ? words.budgets.lasts : <Time at={runsOutAt} seconds={false} />,
                },
              ]}
            />
          )}
        </section>
      )}
      {terminals === null ? null : (
        <section className={classes["half"]}>
          <SectionHead title={words.terminals.title} />
          <Facts
            label={words.terminals.title}
            facts={[
              [
                words.terminals.paired,
                <Link key="link" to="/terminals" search={{ status: "PAIRED" }}>
                  {terminals.paired}
                </Link>,
              ],
              [
                words.terminals.notPaired,
                <Link key="link" to="/terminals" search={{ status: "NOT_PAIRED" }}>
                  {terminals.notPaired}
                </Link>,
              ],
              [
                words.terminals.suspended,
                <Link key="link" to="/terminals" search={{ state: "SUSPENDED" }}>
                  {terminals.suspended}
                </Link>,
              ],
              [
                words.terminals.silent,
                <Link key="link" to="/terminals" search={{ quietSince: terminals.silentSince }}>
                  {terminals.silent}
                </Link>,
              ],
            ]}
          />
        </section>
      )}
      {offline === null ? null : (
        <section className={classes["half"]}>
          <SectionHead title={words.offlineNow.title} />
          <Facts
            label={words.offlineNow.title}
            facts={[
              [
                words.offlineNow.waiting,
                <Link key="link" to="/offline">
                  {offline.waiting}
                </Link>,
              ],
              [
                words.offlineNow.missingReports,
                <Link key="link" to="/terminals" search={{ missesReports: "true" }}>
                  {offline.missingReports}
                </Link>,
              ],
              [
                words.offlineNow.listsOver,
                <Link key="link" to="/terminals" search={{ listsOverAt: data.at }}>
                  {offline.listsOver}
                </Link>,
              ],
            ]}
          />
        </section>
      )}
      {waiting === null ? null : (
        <section className={classes["half"]}>
          <SectionHead title={words.waiting.title} />
          <Facts
            label={words.waiting.title}
            facts={[
              [
                words.waiting.publications,
                <Link key="link" to="/rulesets">
                  {waiting.publications}
                </Link>,
              ],
              [
                words.waiting.ending,
                <Link key="link" to="/rulesets">
                  {waiting.ending}
                </Link>,
              ],
              [
                words.waiting.drafts,
                <Link key="link" to="/rulesets" search={{ status: "DRAFT" }}>
                  {waiting.drafts}
                </Link>,
              ],
              [
                words.waiting.adjustments,
                <Link key="link" to="/adjustments">
                  {waiting.adjustments}
                </Link>,
              ],
              [words.waiting.behind, waiting.behind.join(", ") || words.waiting.nothing],
            ]}
          />
        </section>
      )}
    </>
  );
}
