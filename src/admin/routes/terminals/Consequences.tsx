import { Time } from "../../shared/time/Time.tsx";
import { useBusinessTime } from "../../shared/time/useBusinessTime.ts";
import { useTexts } from "../../texts/texts.ts";
import type { Terminal } from "./queries.ts";

const MINUTE_MS = 60_000;

/** What stopping a terminal does not stop: its lists are with it, and what it has not told is too. */
export function Consequences({ terminal: { offline } }: { readonly terminal: Terminal }) {
  const { consequences } = useTexts().deviceCodes;
  const now = useBusinessTime(MINUTE_MS);
  const ends = offline.lists.map(({ validUntil }) => validUntil).filter((end) => Date.parse(end) > now);
  const last = ends.toSorted().at(-1);
  const { missingReports } = offline;
  if (last === undefined && missingReports === 0) return null;
  return (
    <ul>
      {last === undefined ? null : (
        <li>
          {consequences.lists} <Time at={last} />
        </li>
      )}
      {missingReports === 0 ? null : <li>{consequences.reports(missingReports)}</li>}
    </ul>
  );
}
