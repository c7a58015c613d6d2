import { Checkbox } from "@mantine/core";
import { useController } from "react-hook-form";
import { SERVICES } from "../../../../../domain/codes.ts";
import { NumberField } from "../../../../shared/form/fields.tsx";
import classes from "../../../../shared/form/form.module.css";
import { ModeField } from "../../../../shared/form/ModeField.tsx";
import { useTexts } from "../../../../texts/texts.ts";
import { WindowField } from "../WindowField.tsx";
import type { SectionProps } from "./Sections.tsx";

export function Usage({ control, typed }: SectionProps) {
  const { rulesetFields: f, operations } = useTexts();
  const { field } = useController({ control, name: "criteria.services" });
  return (
    <>
      <Checkbox.Group
        label={f.services}
        description={f.servicesHelp}
        value={field.value}
        onChange={(values) => field.onChange(SERVICES.filter((service) => values.includes(service)))}
      >
        <div className={classes["choices"]}>
          {SERVICES.map((service, index) => (
            <Checkbox
              key={service}
              {...(index === 0 ? { id: "field-criteria.services" } : {})}
              value={service}
              label={operations.services[service]}
              onBlur={field.onBlur}
            />
          ))}
        </div>
      </Checkbox.Group>
      <ModeField
        control={control}
        name="totalUsage.mode"
        label={f.totalMode}
        options={(["NONE", "LIMITED"] as const).map((value) => ({ value, label: f.totalModes[value] }))}
      />
      {typed.totalUsage.mode === "LIMITED" ? (
        <>
          <NumberField control={control} name="totalUsage.max" label={f.totalMax} />
          <WindowField control={control} name="totalUsage.window" />
        </>
      ) : null}
    </>
  );
}
