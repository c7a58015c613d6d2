import type { ReactNode } from "react";
import { ApiProblem } from "../../api/problem.ts";
import { useTexts } from "../../texts/texts.ts";
import { ProblemText } from "../form/FormProblem.tsx";
import { LineErrors } from "./LineErrors.tsx";
import classes from "./CsvImport.module.css";

interface RefusedProps {
  readonly error: Error | null;
  /** What can be done about it. */
  readonly children?: ReactNode;
}

/** Why a file was not taken: its lines, or what is amiss with it as a whole. */
export function Refused({ error, children }: RefusedProps) {
  const { imports } = useTexts();
  if (error === null) return null;
  const lines = error instanceof ApiProblem ? error.errors : [];
  return (
    <div role="alert" className={classes["refused"]}>
      {lines.length === 0 ? (
        <ProblemText problem={error} />
      ) : (
        <>
          <p className={classes["why"]}>{imports.wrong(lines.length)}</p>
          <LineErrors label={imports.wrongLabel} lines={lines} />
        </>
      )}
      {children}
    </div>
  );
}
