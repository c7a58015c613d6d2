import { CheckField, ChoiceField } from "../../../../shared/form/fields.tsx";
import { TagsField } from "../../../../shared/form/TagsField.tsx";
import { useTexts } from "../../../../texts/texts.ts";
import { IcaRows } from "./IcaRows.tsx";
import type { SectionProps } from "./sectionProps.ts";

export function Criteria(props: SectionProps) {
  const { control } = props;
  const { rulesetFields: f } = useTexts();
  return (
    <>
      <TagsField
        control={control}
        name="criteria.issuerCountries"
        label={f.issuerCountries}
        help={f.countryHelp}
      />
      <TagsField control={control} name="criteria.productCodes" label={f.productCodes} help={f.productHelp} />
      <IcaRows {...props} />
      <CheckField control={control} name="criteria.enrolledOnly" label={f.enrolledOnly} />
      <ChoiceField
        control={control}
        name="criteria.minimumTrust"
        label={f.minimumTrust}
        options={(["NONE", "CODE", "BEARER", "KEY", "CERTIFICATE", "ATTESTED"] as const).map((value) => ({
          value,
          label: f.trusts[value],
        }))}
      />
    </>
  );
}
