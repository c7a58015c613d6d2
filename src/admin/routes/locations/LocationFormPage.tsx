import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate, useRouter } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Answered } from "../../api/client.ts";
import { asOfNow } from "../../api/queryClient.ts";
import { countriesIn } from "../../shared/form/countries.ts";
import { CheckField, ChoiceField, NumberField, TextField } from "../../shared/form/fields.tsx";
import { Conflict, type Theirs } from "../../shared/form/Conflict.tsx";
import { FormFoot } from "../../shared/form/FormFoot.tsx";
import { FormProblem } from "../../shared/form/FormProblem.tsx";
import { LeaveGuard } from "../../shared/form/LeaveGuard.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import { type Revision, type SeenRevision, useRevision } from "../../shared/form/useRevision.ts";
import classes from "../../shared/form/form.module.css";
import { isOffered } from "../../shared/brand.ts";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { say } from "../../shared/page/toasts.ts";
import { useTexts } from "../../texts/texts.ts";
import { allMerchantsQuery } from "../merchants/queries.ts";
import { EMPTY, type LocationForm, toBody, toForm } from "./form.ts";
import {
  changeLocation,
  createLocation,
  type Location,
  type LocationInput,
  locationQuery,
} from "./queries.ts";

const ZONES = Intl.supportedValuesOf("timeZone").map((value) => ({ value }));

const editRoute = getRouteApi("/shell/locations/$id/edit");

export function NewLocationPage() {
  const { places } = useTexts();
  const revision = useRevision({ form: EMPTY, etag: null });
  return (
    <LocationFields
      title={places.location.create}
      submit={places.location.create}
      revision={revision}
      load={null}
      send={createLocation}
      done={places.location.created}
    />
  );
}

export function EditLocationPage() {
  const { places, shell } = useTexts();
  const { id } = editRoute.useParams();
  const { data } = useSuspenseQuery(locationQuery(id));
  const { body } = data;
  const revision = useRevision(revisionOf(data));
  return (
    <LocationFields
      title={places.location.editTitle(body.name)}
      submit={shell.save}
      revision={revision}
      load={async () => {
        const now = await asOfNow(locationQuery(id));
        return { ...revisionOf(now), by: now.body.modifiedBy, at: now.body.modifiedAt };
      }}
      send={async (input, intent) => await changeLocation(id, input, { etag: revision.etag(), intent })}
      done={places.location.saved}
    />
  );
}

function revisionOf({ body, etag }: Answered<Location>): Revision<LocationForm> {
  return { form: toForm(body), etag };
}

interface LocationFieldsProps {
  readonly title: string;
  readonly submit: string;
  readonly revision: SeenRevision<LocationForm>;
  /** What is there by now, where somebody else has saved it. */
  readonly load: (() => Promise<Theirs<LocationForm>>) | null;
  readonly send: (body: LocationInput, intent: string) => Promise<Location>;
  readonly done: (name: string) => string;
}

function LocationFields({ title, submit, revision, load, send, done }: LocationFieldsProps) {
  const { compare, places, operations, shell } = useTexts();
  const { fields } = places;
  const navigate = useNavigate();
  const router = useRouter();
  const merchants = useQuery(allMerchantsQuery());
  const own = useBodyForm<LocationForm, LocationInput, Location>({
    defaults: revision.form,
    toBody,
    schema: async () => (await import("../../../domain/location/input.ts")).locationInput,
    send,
    onDone: ({ id, name }) => {
      say(done(name));
      void navigate({ to: "/locations/$id", params: { id } });
    },
  });
  const { form, submit: onSubmit, isBusy, problem } = own;
  const { control, formState } = form;
  const services = Object.entries(operations.services)
    .filter(([value]) => isOffered(value) || value === revision.form.service)
    .map(([value, label]) => ({ value, label }));
  const { preferences } = usePreferences();
  const countries = useMemo(
    () => countriesIn(preferences.language).map(({ code, name }) => ({ value: code, label: name })),
    [preferences.language],
  );
  const owners = (merchants.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const words = (name: string, value: unknown): string | null => {
    if (typeof value === "boolean") return value ? compare.yes : compare.no;
    const options = name === "service" ? services : name === "merchantId" ? owners : [];
    return options.find((option) => option.value === value)?.label ?? null;
  };
  return (
    <>
      <PageHead title={title} crumbs={[{ to: "/locations", label: shell.pages.locations }]} />
      <form className={classes["form"]} onSubmit={(event) => void onSubmit(event)} noValidate>
        <FormProblem
          errors={formState.errors}
          submitCount={formState.submitCount}
          problem={problem}
          labels={fields}
        />
        {load === null ? null : (
          <Conflict
            own={own}
            revision={revision}
            units={async () =>
              (await import("../../shared/form/compare.ts")).unitsOf(revision.form, fields, words)
            }
            load={load}
          />
        )}
        <TextField control={control} name="name" label={fields.name} />
        <div className={classes["pair"]}>
          <TextField
            control={control}
            name="countryCode"
            label={fields.countryCode}
            help={fields.countryHelp}
            suggestions={countries}
          />
          <ChoiceField control={control} name="service" label={fields.service} options={services} />
        </div>
        <div className={classes["pair"]}>
          <TextField control={control} name="postalCode" label={fields.postalCode} />
          <TextField control={control} name="city" label={fields.city} />
        </div>
        <TextField control={control} name="address" label={fields.address} isOptional />
        <div className={classes["pair"]}>
          <NumberField
            control={control}
            name="cooldownMinutes"
            label={fields.cooldownMinutes}
            help={fields.cooldownHelp}
            unit={fields.minutes}
            isOptional
          />
          <TextField
            control={control}
            name="timeZone"
            label={fields.timeZone}
            help={fields.timeZoneHelp}
            suggestions={ZONES}
            isOptional
          />
        </div>
        <ChoiceField
          control={control}
          name="merchantId"
          label={fields.merchantId}
          options={[{ value: "", label: fields.noMerchant }, ...owners]}
        />
        <CheckField control={control} name="offlineAllowed" label={fields.offlineAllowed} />
        <FormFoot submit={submit} isBusy={isBusy} onCancel={() => router.history.back()} />
      </form>
      <LeaveGuard isDirty={formState.isDirty && !formState.isSubmitSuccessful} />
    </>
  );
}
