import { Link } from "@tanstack/react-router";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { useTexts } from "../../texts/texts.ts";
import { Bar } from "../../shared/status/Bar.tsx";
import classes from "./dashboard.module.css";
import { listOf } from "./links.ts";
import type { PartProps } from "./part.ts";

/** Why cards were refused, in the order in which reasons are looked at. */
export function Reasons({ data, search }: PartProps) {
  const { dashboard, codes } = useTexts();
  const words = dashboard.reasons;
  const named: Readonly<Record<string, string>> = codes;
  const format = new Intl.NumberFormat(usePreferences().preferences.language);
  const { reasons } = data;
  const most = Math.max(0, ...reasons.map(({ refused }) => refused));
  const isCompared = data.previous !== null;
  return (
    <section className={classes["half"]}>
      <SectionHead title={words.title} />
      {reasons.length === 0 ? (
        <p className="second">{words.none}</p>
      ) : (
        <table className={classes["table"]} aria-label={words.title}>
          <thead>
            <tr>
              <th scope="col">{words.reason}</th>
              <th scope="col" className="number">
                {words.refused}
              </th>
              {isCompared ? (
                <th scope="col" className="number">
                  {words.before}
                </th>
              ) : null}
            </tr>
          </thead>
          <tbody>
            {reasons.map(({ code, refused, before }) => (
              <tr key={code}>
                <th scope="row">
                  {named[code] ?? code}
                  <Bar value={refused} most={most} tone="bad" />
                </th>
                <td className="number">
                  <Link to="/operations" search={listOf(search, data, { code: [code] })}>
                    {format.format(refused)}
                  </Link>
                </td>
                {isCompared ? <td className="number">{format.format(before ?? 0)}</td> : null}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
