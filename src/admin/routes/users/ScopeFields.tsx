import { useQuery } from "@tanstack/react-query";
import { type Control, type FieldPath, type FieldValues, useWatch } from "react-hook-form";
import { ROLES } from "../../../domain/user/access.ts";
import { ChoiceField, TextField } from "../../shared/form/fields.tsx";
import { ManyField } from "../../shared/form/ManyField.tsx";
import { useTexts } from "../../texts/texts.ts";
import { allLocationsQuery } from "../locations/queries.ts";
import { allMerchantsQuery } from "../merchants/queries.ts";
import { partsOf, type ScopeForm } from "./access.ts";

export interface AccessForm extends FieldValues {
  readonly role: string;
  readonly scope: ScopeForm;
}

/** The role, and below it what the role can be limited to. */
export function AccessFields<Form extends AccessForm>({
  control,
  names,
}: {
  readonly control: Control<Form>;
  /** The form's own names of these fields. */
  readonly names: Readonly<Record<"role" | "icas" | "merchantIds" | "locationIds", FieldPath<Form>>>;
}) {
  const { people, shell } = useTexts();
  const { fields } = people;
  const role: unknown = useWatch({ control, name: names.role });
  const parts = partsOf(typeof role === "string" ? role : "");
  const merchants = useQuery({ ...allMerchantsQuery(), enabled: parts.places });
  const locations = useQuery({ ...allLocationsQuery(), enabled: parts.places });
  const isNeeded = role === "ISSUER" || role === "SERVICE_PROVIDER";
  const options = (found: readonly { readonly id: string; readonly name: string }[] | undefined) =>
    (found ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <>
      <ChoiceField
        control={control}
        name={names.role}
        label={fields.role}
        options={ROLES.map((one) => ({ value: one, label: shell.roles[one] }))}
      />
      {parts.icas ? (
        <TextField
          control={control}
          name={names.icas}
          label={fields.icas}
          help={fields.icasHelp}
          isOptional={!isNeeded}
        />
      ) : null}
      {parts.places ? (
        <>
          <ManyField
            control={control}
            name={names.merchantIds}
            label={fields.merchantIds}
            options={options(merchants.data)}
            isOptional
          />
          <ManyField
            control={control}
            name={names.locationIds}
            label={fields.locationIds}
            options={options(locations.data)}
            isOptional
          />
        </>
      ) : null}
    </>
  );
}
