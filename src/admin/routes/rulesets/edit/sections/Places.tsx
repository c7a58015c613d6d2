import { useQuery } from "@tanstack/react-query";
import { may } from "../../../../api/session.ts";
import { ChoiceField, TextField } from "../../../../shared/form/fields.tsx";
import { ManyField } from "../../../../shared/form/ManyField.tsx";
import { ModeField } from "../../../../shared/form/ModeField.tsx";
import { TagsField } from "../../../../shared/form/TagsField.tsx";
import { useTexts } from "../../../../texts/texts.ts";
import { allLocationsQuery } from "../../../locations/queries.ts";
import type { RulesetForm } from "../../form/model.ts";
import type { SectionProps } from "./sectionProps.ts";

export function Places({ control, typed }: SectionProps) {
  const { rulesetFields: f } = useTexts();
  const options = usePlaces(typed);
  return (
    <>
      <ModeField
        control={control}
        name="criteria.placeMode"
        label={f.placeMode}
        options={(["ANYWHERE", "LISTED"] as const).map((value) => ({ value, label: f.placeModes[value] }))}
      />
      {typed.criteria.placeMode === "LISTED" ? (
        <>
          <TagsField control={control} name="criteria.locations.countries" label={f.placeCountries} />
          <p className="meta">{f.placeOr}</p>
          <ManyField
            control={control}
            name="criteria.locations.locationIds"
            label={f.placeIds}
            options={options}
          />
        </>
      ) : null}
      <ModeField
        control={control}
        name="externalRule.mode"
        label={f.externalMode}
        help={f.externalHelp}
        options={(["OFF", "ON"] as const).map((value) => ({ value, label: f.externalModes[value] }))}
      />
      {typed.externalRule.mode === "ON" ? (
        <>
          <TextField control={control} name="externalRule.ruleId" label={f.externalRuleId} />
          <ChoiceField
            control={control}
            name="externalRule.onFailure"
            label={f.onFailure}
            options={(["CLOSED", "OPEN"] as const).map((value) => ({ value, label: f.onFailures[value] }))}
          />
        </>
      ) : null}
    </>
  );
}

/** Places of the chosen services; what is chosen already stays, by its id where it is not found. */
function usePlaces({ criteria }: RulesetForm): readonly { readonly value: string; readonly label: string }[] {
  const { data = [] } = useQuery({ ...allLocationsQuery(), enabled: may("locations:read") });
  const { services, locations } = criteria;
  const chosen = locations.locationIds;
  const found = data.filter(
    ({ id, service }) =>
      chosen.includes(id) || services.length === 0 || services.some((one) => one === service),
  );
  return [
    ...found.map(({ id, name, countryCode }) => ({ value: id, label: `${name} (${countryCode})` })),
    ...chosen.filter((id) => !found.some((place) => place.id === id)).map((id) => ({ value: id, label: id })),
  ];
}
