import { LongTextField, NumberField, TextField } from "../../../../shared/form/fields.tsx";
import classes from "../../../../shared/form/form.module.css";
import { MomentField } from "../../../../shared/form/MomentField.tsx";
import { useTexts } from "../../../../texts/texts.ts";
import { PriorityNeighbours } from "../PriorityNeighbours.tsx";
import type { SectionProps } from "./sectionProps.ts";

export function General({ id, control, typed }: SectionProps) {
  const { rulesetFields: f } = useTexts();
  return (
    <>
      <TextField control={control} name="name" label={f.name} />
      <LongTextField control={control} name="description" label={f.description} isOptional />
      <NumberField control={control} name="priority" label={f.priority} help={f.priorityHelp} />
      <PriorityNeighbours id={id} typed={typed} />
      <div className={classes["pair"]}>
        <MomentField control={control} name="validFrom" label={f.validFrom} help={f.validHelp} />
        <MomentField control={control} name="validTo" label={f.validTo} help={f.validHelp} />
      </div>
    </>
  );
}
