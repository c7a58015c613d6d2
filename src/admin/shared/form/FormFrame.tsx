import type { ReactNode } from "react";
import type { FieldValues } from "react-hook-form";
import { FormFoot } from "./FormFoot.tsx";
import { FormProblem } from "./FormProblem.tsx";
import classes from "./form.module.css";
import type { BodyForm } from "./useBodyForm.ts";

/** A form of {@link useBodyForm}: what was wrong above its fields, the way on and the way out below. */
export function FormFrame<Form extends FieldValues>({
  of: { form, submit, isBusy, problem },
  labels,
  verb,
  onCancel,
  children,
}: {
  readonly of: BodyForm<Form>;
  /** The label of each field, by its name. */
  readonly labels: Readonly<Record<string, string>>;
  /** What the button does. */
  readonly verb: string;
  readonly onCancel: () => void;
  readonly children: ReactNode;
}) {
  const { errors, submitCount } = form.formState;
  return (
    <form className={classes["form"]} onSubmit={(event) => void submit(event)} noValidate>
      <FormProblem errors={errors} submitCount={submitCount} problem={problem} labels={labels} />
      {children}
      <FormFoot submit={verb} isBusy={isBusy} onCancel={onCancel} />
    </form>
  );
}
