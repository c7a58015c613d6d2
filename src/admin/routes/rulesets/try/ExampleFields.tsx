import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Control } from "react-hook-form";
import { SERVICES } from "../../../../domain/services.ts";
import { may } from "../../../api/session.ts";
import { isOffered } from "../../../shared/brand.ts";
import { CheckField, ChoiceField, NumberField, TextField } from "../../../shared/form/fields.tsx";
import classes from "../../../shared/form/form.module.css";
import { ModeField } from "../../../shared/form/ModeField.tsx";
import { MomentField } from "../../../shared/form/MomentField.tsx";
import { useTexts } from "../../../texts/texts.ts";
import { allLocationsQuery } from "../../locations/queries.ts";
import { currencyOptions } from "../edit/sections/Cardholder.tsx";
import type { Example } from "./example.ts";
import own from "./Try.module.css";

interface ExampleProps {
  readonly control: Control<Example>;
  readonly example: Example;
}

/** The card, the place and the time that a rule is tried with. */
export function ExampleFields({ control, example }: ExampleProps) {
  const { simulation } = useTexts();
  const { fields: f } = simulation;
  return (
    <section aria-label={simulation.title} className={classes["form"]}>
      <h3>{simulation.title}</h3>
      <Card control={control} example={example} />
      <Place control={control} example={example} />
      <Group legend={f.used}>
        <NumberField control={control} name="used.free" label={f.free} />
        <NumberField control={control} name="used.paid" label={f.paid} />
        <NumberField control={control} name="used.adults" label={f.usedAdults} />
        <NumberField control={control} name="used.children" label={f.usedChildren} />
        <NumberField control={control} name="used.daysAgo" label={f.daysAgo} unit={f.days} />
      </Group>
      <Group legend={f.spent}>
        <NumberField control={control} name="card.purchases.0.amount.amount" label={f.amount} />
        <ChoiceField
          control={control}
          name="card.purchases.0.amount.currency"
          label={f.currency}
          options={currencyOptions(example.card.purchases[0]?.amount.currency ?? "EUR")}
        />
        <TextField control={control} name="card.purchases.0.mcc" label={f.mcc} help={f.mccHelp} />
      </Group>
      <Group legend={f.guests}>
        <NumberField control={control} name="guests.adults" label={f.adults} />
        <NumberField control={control} name="guests.children" label={f.children} />
        <NumberField control={control} name="guests.freeChildren" label={f.freeChildren} />
      </Group>
    </section>
  );
}

function Group({ legend, children }: { readonly legend: string; readonly children: ReactNode }) {
  return (
    <fieldset className={classes["group"]}>
      <legend>{legend}</legend>
      <div className={own["pair"]}>{children}</div>
    </fieldset>
  );
}

function Card({ control, example: { knownBy } }: ExampleProps) {
  const { fields: f } = useTexts().simulation;
  return (
    <>
      <ModeField
        control={control}
        name="knownBy"
        label={f.knownBy}
        options={(["FACTS", "DIGITS"] as const).map((value) => ({ value, label: f.knownBys[value] }))}
      />
      {knownBy === "FACTS" ? (
        <div className={own["pair"]}>
          <TextField control={control} name="card.issuer.ica" label={f.ica} />
          <TextField control={control} name="card.issuer.country" label={f.country} />
          <TextField control={control} name="card.issuer.productCode" label={f.productCode} />
        </div>
      ) : null}
      <NumberField control={control} name="card.numberStart" label={f.numberStart} help={f.numberStartHelp} />
      <div className={classes["choices"]}>
        <CheckField control={control} name="card.enrolled" label={f.enrolled} />
        <CheckField control={control} name="card.frozen" label={f.frozen} />
      </div>
    </>
  );
}

function Place({ control, example: { locationId, place } }: ExampleProps) {
  const { simulation, operations, rulesetFields } = useTexts();
  const { fields: f } = simulation;
  const { data = [] } = useQuery({ ...allLocationsQuery(), enabled: may("locations:read") });
  const places = data.map(({ id, name, countryCode }) => ({ value: id, label: `${name} (${countryCode})` }));
  const isListed = locationId === "" || places.some(({ value }) => value === locationId);
  return (
    <>
      <ChoiceField
        control={control}
        name="locationId"
        label={f.place}
        options={[
          { value: "", label: f.anyPlace },
          ...places,
          ...(isListed ? [] : [{ value: locationId, label: locationId }]),
        ]}
      />
      {locationId === "" ? (
        <div className={own["pair"]}>
          <TextField control={control} name="place.country" label={f.placeCountry} />
          <ChoiceField
            control={control}
            name="place.service"
            label={f.service}
            options={SERVICES.filter((service) => isOffered(service) || service === place.service).map(
              (value) => ({ value, label: operations.services[value] }),
            )}
          />
        </div>
      ) : null}
      <MomentField control={control} name="at" label={f.at} help={f.atHelp} />
      <ChoiceField
        control={control}
        name="terminalTrust"
        label={f.trust}
        options={(["CODE", "BEARER", "KEY", "CERTIFICATE", "ATTESTED"] as const).map((value) => ({
          value,
          label: rulesetFields.trusts[value],
        }))}
      />
    </>
  );
}
