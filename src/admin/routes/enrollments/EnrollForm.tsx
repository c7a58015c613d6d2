import { useQuery } from "@tanstack/react-query";
import { type Control, useFieldArray } from "react-hook-form";
import { enrollmentInput } from "../../../domain/enrollment/input.ts";
import { DAY, HOUR } from "../../../domain/time.ts";
import { ChoiceField, TextField } from "../../shared/form/fields.tsx";
import { FormFrame } from "../../shared/form/FormFrame.tsx";
import form from "../../shared/form/form.module.css";
import { GrowingRows } from "../../shared/form/GrowingRows.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import { useTexts } from "../../texts/texts.ts";
import { allLocationsQuery } from "../locations/queries.ts";
import { type EnrollmentBody, type MadeCode, makeEnrollment } from "./queries.ts";

interface EnrollFields {
  readonly locationId: string;
  /** Milliseconds. */
  readonly expiresIn: string;
  readonly pairs: readonly { readonly name: string; readonly value: string }[];
}

const LIVES = [1, 2, 10, 24];
const DAYS = [7, 30];

export function EnrollForm({
  onMade,
  onCancel,
}: {
  readonly onMade: (made: MadeCode) => void;
  readonly onCancel: () => void;
}) {
  const { enrollments } = useTexts();
  const { fields, lives, noLocation } = enrollments;
  const locations = useQuery(allLocationsQuery());
  const own = useBodyForm<EnrollFields, EnrollmentBody, MadeCode>({
    defaults: { locationId: "", expiresIn: String(2 * HOUR), pairs: [] },
    toBody: ({ locationId, expiresIn, pairs }) => ({
      locationId: locationId === "" ? null : locationId,
      expiresIn: Number(expiresIn),
      metadata: Object.fromEntries(pairs.map(({ name, value }) => [name.trim(), value.trim()])),
    }),
    schema: enrollmentInput,
    send: makeEnrollment,
    onDone: onMade,
  });
  const { control } = own.form;
  const choices = (locations.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const times = [
    ...LIVES.map((hours) => ({ value: String(hours * HOUR), label: lives.hours(hours) })),
    ...DAYS.map((days) => ({ value: String(days * DAY), label: lives.days(days) })),
  ];
  return (
    <FormFrame of={own} labels={fields} verb={enrollments.make} onCancel={onCancel}>
      <ChoiceField
        control={control}
        name="locationId"
        label={fields.location}
        options={[{ value: "", label: noLocation }, ...choices]}
      />
      <ChoiceField control={control} name="expiresIn" label={fields.lives} options={times} />
      <Pairs control={control} />
    </FormFrame>
  );
}

const MOST = 20;

function Pairs({ control }: { readonly control: Control<EnrollFields> }) {
  const { enrollments } = useTexts();
  const { fields: labels } = enrollments;
  const { fields, append, remove } = useFieldArray({ control, name: "pairs" });
  return (
    <GrowingRows
      name="metadata"
      legend={labels.metadata}
      none={enrollments.metadataNone}
      rows={fields}
      most={MOST}
      row={(index) => (
        <div className={form["pair"]}>
          <TextField control={control} name={`pairs.${index}.name`} label={enrollments.pairName(index + 1)} />
          <TextField
            control={control}
            name={`pairs.${index}.value`}
            label={enrollments.pairValue(index + 1)}
          />
        </div>
      )}
      addLabel={enrollments.addPair}
      onAdd={() => append({ name: "", value: "" })}
      removeLabel={enrollments.removePair}
      onRemove={(index) => remove(index)}
    />
  );
}
