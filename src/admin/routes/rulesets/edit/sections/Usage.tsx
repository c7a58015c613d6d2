import { useController } from "react-hook-form";
import { SERVICES } from "../../../../../domain/services.ts";
import { isOffered } from "../../../../shared/brand.ts";
import { Check } from "../../../../shared/form/Check.tsx";
import { NumberField } from "../../../../shared/form/fields.tsx";
import classes from "../../../../shared/form/form.module.css";
import { ModeField } from "../../../../shared/form/ModeField.tsx";
import { useTexts } from "../../../../texts/texts.ts";
import { WindowField } from "../WindowField.tsx";
import type { SectionProps } from "./sectionProps.ts";

export function Usage({ control, typed }: SectionProps) {
  const { rulesetFields: f, operations } = useTexts();
  const { field, formState } = useController({ control, name: "criteria.services" });
  // What is not offered any more stays where the rule has it.
  const had = formState.defaultValues?.criteria?.services ?? [];
  const offered = SERVICES.filter((service) => isOffered(service) || had.includes(service));
  return (
    <>
      <fieldset className={classes["group"]}>
        <legend>{f.services}</legend>
        <p className="meta">{f.servicesHelp}</p>
        <div className={classes["choices"]}>
          {offered.map((service, index) => (
            <Check
              key={service}
              {...(index === 0 ? { id: "field-criteria.services" } : {})}
              label={operations.services[service]}
              checked={field.value.includes(service)}
              onChange={(checked) =>
                field.onChange(
                  SERVICES.filter((one) => (one === service ? checked : field.value.includes(one))),
                )
              }
              onBlur={field.onBlur}
            />
          ))}
        </div>
      </fieldset>
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
