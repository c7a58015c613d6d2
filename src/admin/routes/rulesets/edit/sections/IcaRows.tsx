import { Button } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useFieldArray } from "react-hook-form";
import { TextField } from "../../../../shared/form/fields.tsx";
import { ModeField } from "../../../../shared/form/ModeField.tsx";
import { useTexts } from "../../../../texts/texts.ts";
import classes from "../RulesetEditor.module.css";
import type { SectionProps } from "./sectionProps.ts";

/** ICAs, each whole or only some of its BIN ranges. */
export function IcaRows({ control, typed }: SectionProps) {
  const { rulesetFields: f } = useTexts();
  const { fields, append, remove } = useFieldArray({ control, name: "criteria.icas" });
  return (
    <fieldset className={classes["card"]} id="field-criteria.icas" tabIndex={-1}>
      <legend>{f.icas}</legend>
      {fields.length === 0 ? <p className="second">{f.icaNone}</p> : null}
      {fields.map(({ id }, index) => (
        <div key={id} className={classes["card"]}>
          <div className={classes["row"]}>
            <TextField control={control} name={`criteria.icas.${index}.ica`} label={f.icaOf(index + 1)} />
            <ModeField
              control={control}
              name={`criteria.icas.${index}.mode`}
              label={f.icaMode(index + 1)}
              options={(["WHOLE", "RANGES"] as const).map((value) => ({ value, label: f.icaModes[value] }))}
            />
            <RemoveButton label={f.removeIca(index + 1)} onClick={() => remove(index)} />
          </div>
          {typed.criteria.icas[index]?.mode === "RANGES" ? (
            <RangeRows control={control} index={index} />
          ) : null}
        </div>
      ))}
      <div>
        <Button
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden="true" />}
          onClick={() => append({ ica: "", mode: "WHOLE", accountRanges: [{ low: "", high: "" }] })}
        >
          {f.addIca}
        </Button>
      </div>
    </fieldset>
  );
}

function RangeRows({ control, index }: Pick<SectionProps, "control"> & { readonly index: number }) {
  const { rulesetFields: f } = useTexts();
  const name = `criteria.icas.${index}.accountRanges` as const;
  const { fields, append, remove, insert } = useFieldArray({ control, name });

  /** Several lines are several ranges: two numbers a line. */
  function paste(text: string, row: number): boolean {
    const rows = text.split("\n").flatMap((line) => {
      const [low, high] = line.match(/\d+/g) ?? [];
      return low === undefined ? [] : [{ low, high: high ?? low }];
    });
    if (rows.length < 2) return false;
    remove(row);
    insert(row, rows);
    return true;
  }

  return (
    <div className={classes["rows"]}>
      <p className="meta">{f.rangeHelp}</p>
      {fields.map(({ id }, row) => (
        <div
          key={id}
          className={classes["row"]}
          onPaste={(event) => {
            if (paste(event.clipboardData.getData("text"), row)) event.preventDefault();
          }}
        >
          <TextField control={control} name={`${name}.${row}.low`} label={f.low(row + 1)} />
          <TextField control={control} name={`${name}.${row}.high`} label={f.high(row + 1)} />
          <RemoveButton label={f.removeRange(row + 1)} onClick={() => remove(row)} />
        </div>
      ))}
      <div>
        <Button
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden="true" />}
          onClick={() => append({ low: "", high: "" })}
        >
          {f.addRange}
        </Button>
      </div>
    </div>
  );
}

function RemoveButton({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <Button variant="default" aria-label={label} onClick={onClick}>
      <IconX size={14} aria-hidden="true" />
    </Button>
  );
}
