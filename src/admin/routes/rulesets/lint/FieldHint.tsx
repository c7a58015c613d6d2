import { Status } from "../../../shared/status/Status.tsx";
import { useTexts } from "../../../texts/texts.ts";
import type { Finding } from "../queries.ts";
import { fieldOf } from "./fieldOf.ts";
import classes from "./LintList.module.css";
import { LOOKS } from "./looks.ts";

/** What stands out at a field: a part of what describes it. */
function FieldHint({ findings }: { readonly findings: readonly Finding[] }) {
  const { lint } = useTexts().rulesets;
  return findings.map(({ kind, severity, names }) => (
    <span key={kind} className={classes["hint"]}>
      <Status {...LOOKS[severity]} word={lint.severities[severity]} />{" "}
      <bdi>{lint.kinds[kind](names.join(", "))}</bdi>
    </span>
  ));
}

/** By the field that they speak of. */
export function fieldHints(findings: readonly Finding[]) {
  const fields = new Set(findings.map(({ pointer }) => fieldOf(pointer)));
  return new Map(
    [...fields].map((field) => {
      const own = findings.filter(({ pointer }) => fieldOf(pointer) === field);
      return [field, <FieldHint key={field} findings={own} />];
    }),
  );
}
