import { Status } from "../../../shared/status/Status.tsx";
import { useTexts } from "../../../texts/texts.ts";
import { fieldOf } from "./fieldOf.ts";
import type { Finding } from "../queries.ts";
import { LOOKS } from "./looks.ts";
import classes from "./LintList.module.css";

/** What stands out in a rule. @param onField leads to the field that it is about */
export function LintList({
  findings,
  isLooking,
  onField,
  fix,
}: {
  readonly findings: readonly Finding[];
  readonly isLooking: boolean;
  readonly onField?: (field: string) => void;
  /** How it is mended; null where that is not sure. */
  readonly fix?: (finding: Finding) => (() => void) | null;
}) {
  const { lint } = useTexts().rulesets;
  if (findings.length === 0) {
    return (
      <p className="second" role="status">
        {isLooking ? lint.looking : lint.none}
      </p>
    );
  }
  return (
    <ul className={classes["findings"]} aria-label={lint.title}>
      {findings.map((finding) => {
        const { kind, severity, pointer, names } = finding;
        const mend = fix?.(finding) ?? null;
        return (
          <li key={kind + pointer}>
            <Status {...LOOKS[severity]} word={lint.severities[severity]} />{" "}
            <bdi>{lint.kinds[kind](names.join(", "))}</bdi>{" "}
            {onField === undefined ? null : (
              <button type="button" onClick={() => onField(fieldOf(pointer))}>
                {lint.toField}
              </button>
            )}
            {mend === null ? null : (
              <button type="button" onClick={mend}>
                {lint.fix}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
