import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import form from "./form.module.css";

/** Rows of fields that are added and taken away, up to so many. */
export function GrowingRows({
  name,
  legend,
  none,
  rows,
  most,
  row,
  addLabel,
  onAdd,
  removeLabel,
  onRemove,
}: {
  /** Of the list in the form: where a problem with it leads. */
  readonly name: string;
  readonly legend: string;
  /** Said where there is no row. */
  readonly none: string;
  readonly rows: readonly { readonly id: string }[];
  readonly most: number;
  readonly row: (index: number) => ReactNode;
  readonly addLabel: string;
  readonly onAdd: () => void;
  /** @param number from 1 */
  readonly removeLabel: (number: number) => string;
  readonly onRemove: (index: number) => void;
}) {
  return (
    <fieldset className={form["group"]} id={`field-${name}`} tabIndex={-1}>
      <legend>{legend}</legend>
      {rows.length === 0 ? <p className="second">{none}</p> : null}
      {rows.map(({ id }, index) => (
        <div key={id}>
          {row(index)}
          <Button variant="subtle" size="compact-sm" onClick={() => onRemove(index)}>
            {removeLabel(index + 1)}
          </Button>
        </div>
      ))}
      {rows.length >= most ? null : (
        <Button variant="default" leftSection={<IconPlus size={14} aria-hidden="true" />} onClick={onAdd}>
          {addLabel}
        </Button>
      )}
    </fieldset>
  );
}
