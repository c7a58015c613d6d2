import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import type { ListSearch } from "../../shared/table/filters.ts";
import { useTexts } from "../../texts/texts.ts";
import classes from "./dashboard.module.css";
import { GRANTED, listOf } from "./links.ts";
import { type PartProps, percentOf } from "./part.ts";
import type { Dashboard } from "./queries.ts";

type Counted = Dashboard["figures"];

/** The numbers of a time: each leads to the list that has so many rows. */
export function Figures({ data, search }: PartProps) {
  const { dashboard } = useTexts();
  const words = dashboard.figures;
  const { language } = usePreferences().preferences;
  const { figures, previous } = data;
  const rate = ({ granted, refused }: Counted) => percentOf(refused, granted + refused, language);
  const heads = ({ guests }: Counted) =>
    guests.adultsFree + guests.adultsPaid + guests.childrenFree + guests.childrenPaid + guests.freeByAge;
  const figure = (
    label: string,
    value: (of: Counted) => number,
    filter: ListSearch,
    why: ReactNode = null,
  ): ReactNode => (
    <Figure
      label={label}
      value={value(figures)}
      before={previous === null ? null : value(previous)}
      why={why}
      link={listOf(search, data, filter)}
    />
  );
  return (
    <section aria-label={words.title}>
      <dl className={classes["figures"]}>
        {figure(words.granted, (of) => of.granted, { status: GRANTED }, words.grantedWhy)}
        {figure(
          words.refused,
          (of) => of.refused,
          { status: ["REJECTED"] },
          words.refusalRate(rate(figures)),
        )}
        {figure(words.entries, (of) => of.entries, { status: ["COMPLETED"] }, words.entriesWhy)}
        {figure(words.free, (of) => of.freeEntries, { status: ["COMPLETED"], cost: ["FREE"] })}
        {figure(words.paid, (of) => of.paidEntries, { status: ["COMPLETED"], cost: ["PAID"] })}
        <Figure
          label={words.guests}
          value={heads(figures)}
          before={previous === null ? null : heads(previous)}
          why={
            <Link to="/operations" search={listOf(search, data, { status: ["COMPLETED"], guests: "true" })}>
              {words.guestsWhy(figures.entriesWithGuests)}
            </Link>
          }
          link={null}
        />
        {figure(
          words.offline,
          (of) => of.offlineEntries,
          { status: ["COMPLETED"], type: ["OFFLINE_BIN_RANGE", "OFFLINE_WHITELIST"] },
          words.offlineShare(percentOf(figures.offlineEntries, figures.entries, language)),
        )}
        {figure(words.lapsed, (of) => of.lapsed, { status: ["EXPIRED"] }, words.lapsedWhy)}
        {figure(words.reversed, (of) => of.reversed, { status: ["REVERSED"] })}
      </dl>
    </section>
  );
}

function Figure({
  label,
  value,
  before,
  why,
  link,
}: {
  readonly label: string;
  readonly value: number;
  readonly before: number | null;
  readonly why: ReactNode;
  readonly link: Record<string, string | readonly string[]> | null;
}) {
  const { dashboard } = useTexts();
  const { language } = usePreferences().preferences;
  const format = new Intl.NumberFormat(language);
  return (
    <div className={classes["figure"]}>
      <dt>{label}</dt>
      <dd>
        {link === null ? (
          <span className={classes["number"]}>{format.format(value)}</span>
        ) : (
          <Link
            className={classes["number"] ?? ""}
            to="/operations"
            search={link}
            aria-label={`${label}: ${format.format(value)}`}
          >
            {format.format(value)}
          </Link>
        )}
        {why === null ? null : <span className="meta">{why}</span>}
        {before === null ? null : (
          <span className="meta">{dashboard.figures.before(format.format(before))}</span>
        )}
      </dd>
    </div>
  );
}
