import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { may } from "../../api/session.ts";
import { useBusinessTime } from "../../shared/time/useBusinessTime.ts";
import { useTexts } from "../../texts/texts.ts";
import { word } from "../../texts/word.ts";
import classes from "./DeskCounts.module.css";
import { countsQuery } from "./queries.ts";

const MINUTE_MS = 60_000;

/** How much waits, by what is amiss, and which terminals are silent about something. */
export function DeskCounts() {
  const { offline: words, operations } = useTexts();
  const now = useBusinessTime(MINUTE_MS);
  const { data } = useQuery({ ...countsQuery, refetchInterval: 30_000 });
  if (data === undefined) return null;
  const { waiting, byFlag, terminals } = data;
  const seesTerminals = terminals !== null && may("terminals:read");
  return (
    <div className={classes["counts"]}>
      {waiting === 0 ? null : (
        <nav aria-label={words.byFlag}>
          <Link to="/offline" search={{}}>
            {words.all(waiting)}
          </Link>
          {byFlag.map(({ flag, waiting: count }) => (
            <Link key={flag} to="/offline" search={{ flag }}>
              {word(operations.flags, flag)} ({count})
            </Link>
          ))}
        </nav>
      )}
      {seesTerminals && terminals.missingReports > 0 ? (
        <p className={classes["warning"]}>
          <Link to="/terminals" search={{ missesReports: "true" }}>
            {words.missing(terminals.missingReports)}
          </Link>
        </p>
      ) : null}
      {seesTerminals && terminals.listsOver > 0 ? (
        <p className={classes["warning"]}>
          <Link to="/terminals" search={{ listsOverAt: new Date(now).toISOString() }}>
            {words.listsOver(terminals.listsOver)}
          </Link>
        </p>
      ) : null}
    </div>
  );
}
