import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useId, useRef } from "react";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { useTexts } from "../../texts/texts.ts";
import classes from "./dashboard.module.css";
import { listOf } from "./links.ts";
import type { PartProps } from "./part.ts";
import { useWalk } from "./useWalk.ts";

const DAYS = [1, 2, 3, 4, 5, 6, 7];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** When entries are made: a week by its hours, each cell tinted by how many there are. */
export function BusyHours({
  data,
  search,
  onChange,
}: PartProps & { readonly onChange: (hoursIn: string | undefined) => void }) {
  const { dashboard, times } = useTexts();
  const words = dashboard.hours;
  const { language } = usePreferences().preferences;
  const format = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
  const { cells, hoursIn } = data.busyHours;
  const keysId = useId();
  const change = useRef<HTMLButtonElement>(null);
  const inOrder = DAYS.flatMap((weekday) =>
    HOURS.flatMap((hour) => cells.find((cell) => cell.weekday === weekday && cell.hour === hour) ?? []),
  );
  const walk = useWalk(
    inOrder.map(({ weekday, hour }) => ({ row: weekday, column: hour })),
    change,
  );
  const [first] = cells;
  const busiest = cells.reduce(
    (most, cell) => (most === undefined || cell.mean > most.mean ? cell : most),
    first,
  );
  const zone = hoursIn === "TZ" ? { tz: data.tz } : {};
  return (
    <section className={classes["whole"]}>
      <SectionHead title={words.title}>
        {busiest === undefined ? null : (
          <Button
            ref={change}
            variant="default"
            size="compact-sm"
            onClick={() => onChange(hoursIn === "TZ" ? undefined : "TZ")}
          >
            {hoursIn === "TZ" ? words.toPlace : words.toZone(data.tz)}
          </Button>
        )}
      </SectionHead>
      {busiest === undefined ? (
        <p className="second">{words.none}</p>
      ) : (
        <>
          <p>
            {words.busiest(
              times.weekday(busiest.weekday),
              times.hour(busiest.hour),
              format.format(busiest.mean),
            )}
          </p>
          <div
            ref={walk.box}
            className={classes["scrolls"]}
            role="group"
            aria-label={words.title}
            aria-describedby={keysId}
            onKeyDown={walk.onKeyDown}
          >
            <p id={keysId} className="visually-hidden">
              {dashboard.overTime.keys}
            </p>
            <table className={classes["heat"]}>
              <caption className="meta">{hoursIn === "TZ" ? words.zone(data.tz) : words.place}</caption>
              <thead>
                <tr>
                  <th scope="col">
                    <span className="visually-hidden">{words.weekday}</span>
                  </th>
                  {HOURS.map((hour) => (
                    <th key={hour} scope="col">
                      {String(hour).padStart(2, "0")}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {DAYS.map((weekday) => (
                  <tr key={weekday}>
                    <th scope="row">{times.weekday(weekday)}</th>
                    {HOURS.map((hour) => {
                      const index = inOrder.findIndex((one) => one.weekday === weekday && one.hour === hour);
                      const cell = inOrder[index];
                      if (cell === undefined) return <td key={hour} />;
                      const share = Math.round((cell.mean / busiest.mean) * 4);
                      return (
                        <td key={hour} data-tint={Math.max(1, share)}>
                          <Link
                            {...walk.linkProps(index)}
                            to="/operations"
                            search={listOf(search, data, {
                              status: ["COMPLETED"],
                              weekday: [String(weekday)],
                              hour: [String(hour)],
                              ...zone,
                            })}
                            aria-label={words.cell(times.weekday(weekday), times.hour(hour), cell.entries)}
                            title={words.cell(times.weekday(weekday), times.hour(hour), cell.entries)}
                          >
                            {format.format(cell.mean)}
                          </Link>
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}
