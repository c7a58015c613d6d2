import type { FieldErrors, FieldValues } from "react-hook-form";
import { useEffect, useRef } from "react";
import { ApiProblem, UnreachableError } from "../../api/problem.ts";
import { useTexts } from "../../texts/texts.ts";
import { focusField } from "./focusField.ts";
import classes from "./FormProblem.module.css";

export interface FormProblemProps<Form extends FieldValues> {
  readonly errors: FieldErrors<Form>;
  /** How often it was tried to send: the focus comes here each time. */
  readonly submitCount: number;
  readonly problem: Error | null;
  /** The label of each field, by its name. */
  readonly labels: Readonly<Record<string, string>>;
}

/** At the top of a form that was not taken: what is wrong, each line a way to its field. */
export function FormProblem<Form extends FieldValues>({
  errors,
  submitCount,
  problem,
  labels,
}: FormProblemProps<Form>) {
  const { shell } = useTexts();
  const box = useRef<HTMLDivElement>(null);
  const lines = submitCount === 0 ? [] : linesOf(errors);
  const hasSome = lines.length > 0 || problem !== null;
  useEffect(() => {
    if (hasSome) box.current?.focus();
  }, [hasSome, submitCount]);
  if (!hasSome) return null;
  return (
    <div ref={box} className={classes["box"]} role="alert" tabIndex={-1}>
      {lines.length > 0 ? (
        <>
          <p>
            <strong>{shell.errors.summary(lines.length)}</strong>
          </p>
          <ul>
            {lines.map(({ name, message }) => (
              <li key={name}>
                <a
                  href={`#field-${name}`}
                  onClick={(event) => {
                    event.preventDefault();
                    focusField(name);
                  }}
                >
                  {labelOf(name, labels)}
                </a>
                {": "}
                {message}
              </li>
            ))}
          </ul>
        </>
      ) : problem === null ? null : (
        <ProblemText problem={problem} />
      )}
    </div>
  );
}

/** A problem of the server's, in a sentence. */
export function ProblemText({ problem }: { readonly problem: Error }) {
  const { shell } = useTexts();
  const text =
    problem instanceof UnreachableError
      ? `${shell.states.unreachable}. ${shell.states.unreachableWhy}`
      : isConflict(problem)
        ? shell.errors.conflict
        : problem instanceof ApiProblem
          ? shell.errors.refused(problem.code, problem.message)
          : problem.message;
  return (
    <>
      <p>{text}</p>
      {problem instanceof ApiProblem ? <p className="meta">{shell.states.trace(problem.traceId)}</p> : null}
    </>
  );
}

/** Of the field, else of what it is a part of. */
function labelOf(name: string, labels: Readonly<Record<string, string>>): string {
  const parts = name.split(".");
  const known = parts.map((_, index) => parts.slice(0, parts.length - index).join("."));
  return labels[known.find((one) => labels[one] !== undefined) ?? name] ?? name;
}

interface Line {
  readonly name: string;
  readonly message: string;
}

export function linesOf(errors: object, prefix = ""): readonly Line[] {
  return Object.entries(errors).flatMap(([name, error]: readonly [string, unknown]) => {
    if (typeof error !== "object" || error === null) return [];
    const path = `${prefix}${name}`;
    if ("message" in error && typeof error.message === "string" && "type" in error) {
      return [{ name: path, message: error.message }];
    }
    return linesOf(error, `${path}.`);
  });
}

/** Somebody else has saved meanwhile. */
export function isConflict(problem: Error | null): boolean {
  return problem instanceof ApiProblem && problem.code === "VERSION_CONFLICT";
}
