import { type ReactNode, type Ref, useId } from "react";
import classes from "./Check.module.css";

export interface CheckProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly id?: string;
  readonly name?: string;
  readonly ref?: Ref<HTMLInputElement>;
  readonly onBlur?: () => void;
  readonly disabled?: boolean;
  readonly description?: ReactNode;
  readonly error?: string | undefined;
  /** Where the label alone does not say what it is of. */
  readonly "aria-label"?: string;
}

/** The browser's own check box, with what it means beside it. */
export function Check({ label, checked, onChange, description, error, ...input }: CheckProps) {
  const told = useId();
  const hasMore = description !== undefined || error !== undefined;
  return (
    <div className={classes["check"]}>
      <label>
        <input
          {...input}
          type="checkbox"
          checked={checked}
          aria-invalid={error !== undefined}
          aria-describedby={hasMore ? told : undefined}
          onChange={({ currentTarget }) => onChange(currentTarget.checked)}
        />
        {label}
      </label>
      {hasMore ? (
        <div id={told} className={classes["told"]}>
          {description === undefined ? null : <span className="meta">{description}</span>}
          {error === undefined ? null : <span className={classes["error"]}>{error}</span>}
        </div>
      ) : null}
    </div>
  );
}
