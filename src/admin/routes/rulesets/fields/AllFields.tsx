import type { RulesetBody } from "../../../../domain/ruleset/events.ts";
import { Facts } from "../../../shared/page/Facts.tsx";
import { useTexts } from "../../../texts/texts.ts";
import { useFields } from "./useFields.ts";
import classes from "./fields.module.css";

const SECTIONS = [
  "general",
  "criteria",
  "usage",
  "places",
  "cardholder",
  "guests",
  "spend",
  "verification",
] as const;

/** Every field of a rule, section by section. */
export function AllFields({ body }: { readonly body: RulesetBody }) {
  const { sections } = useTexts().rulesetFields;
  const fields = useFields()(body);
  return (
    <div className={classes["sections"]}>
      {SECTIONS.map((name) => (
        <section key={name}>
          <h3>{sections[name]}</h3>
          <Facts
            label={sections[name]}
            facts={fields
              .filter(({ section }) => section === name)
              .map(({ label, values }) => [
                label,
                values.length === 0 ? null : <bdi key="value">{values.join(", ")}</bdi>,
              ])}
          />
        </section>
      ))}
    </div>
  );
}
