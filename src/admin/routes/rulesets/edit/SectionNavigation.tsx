import { useTexts } from "../../../texts/texts.ts";
import { SECTIONS, sectionOf } from "./sections.ts";
import classes from "./RulesetEditor.module.css";

/** The way to each section, with how much is to be mended in it. @param errors names of fields */
export function SectionNavigation({ errors }: { readonly errors: readonly string[] }) {
  const { rulesetFields } = useTexts();
  return (
    <nav aria-label={rulesetFields.navigation} className={classes["navigation"]}>
      <ol>
        {SECTIONS.map((section, index) => {
          const count = errors.filter((name) => sectionOf(name) === section).length;
          return (
            <li key={section}>
              <a
                href={`#section-${section}`}
                onClick={(event) => {
                  event.preventDefault();
                  const heading = document.getElementById(`section-${section}`);
                  heading?.scrollIntoView();
                  heading?.focus();
                }}
              >
                {`${String(index + 1)} ${rulesetFields.sections[section]}`}
                {count === 0 ? null : (
                  <span className={classes["count"]}>{rulesetFields.errorsIn(count)}</span>
                )}
              </a>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
