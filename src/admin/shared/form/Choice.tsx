import { type ReactNode, useId } from "react";
import type { Option } from "./fields.tsx";
import classes from "./Choice.module.css";

/** One of a few, all of them in sight. */
export function Choice({
  id,
  label,
  help,
  options,
  value,
  onChange,
  onBlur,
}: {
  readonly id?: string;
  readonly label: string;
  readonly help?: ReactNode;
  readonly options: readonly Option[];
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur?: () => void;
}) {
  const own = useId();
  return (
    <fieldset className={classes["choice"]} {...(help === undefined ? {} : { "aria-describedby": own })}>
      <legend>{label}</legend>
      {help === undefined ? null : (
        <p id={own} className="meta">
          {help}
        </p>
      )}
      <div>
        {options.map(({ value: one, label: text }, index) => (
          <label key={one}>
            <input
              type="radio"
              {...(id !== undefined && index === 0 ? { id } : {})}
              name={id ?? own}
              value={one}
              checked={one === value}
              onChange={() => onChange(one)}
              onBlur={onBlur}
            />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
