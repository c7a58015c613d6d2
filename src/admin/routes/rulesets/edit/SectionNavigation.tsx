import { useTexts } from "../../../texts/texts.ts";
import { SECTIONS, sectionOf } from "./sections.ts";
import classes from "./RulesetEditor.module.css";

/** The way to each section, with how much is to be mended and how much stands out in it: by the names of the fields. */
export function SectionNavigation({
  errors,
  hints,
}: {
  readonly errors: readonly string[];
  readonly hints: readonly string[];
}) {
  const { rulesetFields, rulesets } = useTexts();
  return (
    <nav aria-label={rulesetFields.navigation} className={classes["navigation"]}>
      <ol>
        {SECTIONS.map((section, index) => {
          const standing = hints.filter((name) => sectionOf(name) === section).length;
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
                {standing === 0 ? null : (
                  <>
                    <span aria-hidden="true">{` (${String(standing)})`}</span>{" "}
                    <span className="visually-hidden">{rulesets.lintCount(standing)}</span>
                  </>
                )}
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
