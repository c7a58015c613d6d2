import type { RulesetForm } from "../form/model.ts";
import { summaryOf } from "./sentences.ts";
import { useNames } from "./useNames.ts";
import classes from "./Summary.module.css";

/** A rule in sentences. @param onField leads to the field that a sentence is about; absent: no links */
export function Summary({
  form,
  onField,
}: {
  readonly form: RulesetForm;
  readonly onField?: (field: string) => void;
}) {
  const sentences = summaryOf(form, useNames());
  return (
    <ul className={classes["sentences"]}>
      {sentences.map(({ field, text }) => (
        <li key={field}>
          {onField === undefined ? (
            <bdi>{text}</bdi>
          ) : (
            <button type="button" onClick={() => onField(field)}>
              <bdi>{text}</bdi>
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
