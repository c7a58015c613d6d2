import { Link } from "@tanstack/react-router";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { useTexts } from "../../texts/texts.ts";
import { Bar } from "../../shared/status/Bar.tsx";
import classes from "./dashboard.module.css";
import { listOf } from "./links.ts";
import { type PartProps, percentOf } from "./part.ts";

/** The places with the most entries. */
export function Places({ data, search }: PartProps) {
  const { places: words } = useTexts().dashboard;
  const { language } = usePreferences().preferences;
  const { places, otherPlaces } = data;
  const format = new Intl.NumberFormat(language);
  const most = Math.max(0, ...places.map(({ entries }) => entries));
  return (
    <section className={classes["half"]}>
      <SectionHead title={words.title} />
      {places.length === 0 ? (
        <p className="second">{words.none}</p>
      ) : (
        <table className={classes["table"]} aria-label={words.title}>
          <thead>
            <tr>
              <th scope="col">{words.place}</th>
              <th scope="col" className="number">
                {words.entries}
              </th>
              <th scope="col" className="number">
                {words.rate}
              </th>
            </tr>
          </thead>
          <tbody>
            {places.map(({ locationId, name, entries, granted, refused }) => (
              <tr key={locationId ?? ""}>
                <th scope="row">
                  <bdi>{locationId === null ? words.nowhere : (name ?? locationId)}</bdi>
                  <Bar value={entries} most={most} />
                </th>
                <td className="number">
                  {locationId === null ? (
                    format.format(entries)
                  ) : (
                    <Link
                      to="/operations"
                      search={listOf(search, data, { status: ["COMPLETED"], locationId: [locationId] })}
                    >
                      {format.format(entries)}
                    </Link>
                  )}
                </td>
                <td className="number">{percentOf(refused, granted + refused, language)}</td>
              </tr>
            ))}
            {otherPlaces === null ? null : (
              <tr>
                <th scope="row">{words.others(otherPlaces.places)}</th>
                <td className="number">{format.format(otherPlaces.entries)}</td>
                <td className="number">
                  {percentOf(otherPlaces.refused, otherPlaces.granted + otherPlaces.refused, language)}
                </td>
              </tr>
            )}
          </tbody>
        </table>
      )}
    </section>
  );
}
