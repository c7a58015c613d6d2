import { useTexts } from "../../../texts/texts.ts";
import type { FieldChange } from "./diff.ts";
import classes from "./fields.module.css";

/** What is different, field by field. */
export function Changes({
  changes,
  label,
}: {
  readonly changes: readonly FieldChange[];
  readonly label: string;
}) {
  const { reviewPage } = useTexts().rulesets;
  return (
    <table className={classes["changes"]} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{reviewPage.field}</th>
          <th scope="col">{reviewPage.before}</th>
          <th scope="col">{reviewPage.after}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ key, label: field, removed, added }) => (
          <tr key={key}>
            <th scope="row">{field}</th>
            <td>
              {removed.length === 0 ? (
                <span className="second">{reviewPage.absent}</span>
              ) : (
                removed.map((value) => (
                  <del key={value}>
                    <bdi>{value}</bdi>
                  </del>
                ))
              )}
            </td>
            <td>
              {added.length === 0 ? (
                <span className="second">{reviewPage.absent}</span>
              ) : (
                added.map((value) => (
                  <ins key={value}>
                    <bdi>{value}</bdi>
                  </ins>
                ))
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
