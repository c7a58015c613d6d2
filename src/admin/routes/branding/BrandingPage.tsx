import { useSuspenseQuery } from "@tanstack/react-query";
import { type Control, useWatch } from "react-hook-form";
import { SERVICES } from "../../../domain/services.ts";
import { type BrandingInput, brandingInput } from "../../../domain/branding/input.ts";
import type { Answered } from "../../api/client.ts";
import { asOfNow } from "../../api/queryClient.ts";
import { Conflict } from "../../shared/form/Conflict.tsx";
import { CheckField, TextField } from "../../shared/form/fields.tsx";
import { FormFoot } from "../../shared/form/FormFoot.tsx";
import { FormProblem } from "../../shared/form/FormProblem.tsx";
import { LeaveGuard } from "../../shared/form/LeaveGuard.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import { type Revision, useRevision } from "../../shared/form/useRevision.ts";
import form from "../../shared/form/form.module.css";
import { takeBranding } from "../../shared/brand.ts";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { tellTabs } from "../../shared/page/tabs.ts";
import { say } from "../../shared/page/toasts.ts";
import { useTexts } from "../../texts/texts.ts";
import { AccentField } from "./AccentField.tsx";
import type { BrandingForm } from "./form.ts";
import { toBody, toForm } from "./form.ts";
import { LinkRows } from "./LinkRows.tsx";
import { LogoField } from "./LogoField.tsx";
import { Preview } from "./Preview.tsx";
import { type BrandingAnswer, brandingQuery, changeBranding } from "./queries.ts";
import classes from "./BrandingPage.module.css";

export function BrandingPage() {
  const texts = useTexts();
  const { branding: words, shell } = texts;
  const { fields, parts } = words;
  const { data } = useSuspenseQuery(brandingQuery());
  const revisionOf = ({ body, etag }: Answered<BrandingAnswer>): Revision<BrandingForm> => ({
    form: toForm(body.branding, shell.productName),
    etag,
  });
  const revision = useRevision(revisionOf(data));
  const typed = useBodyForm<BrandingForm, BrandingInput, Answered<BrandingAnswer>>({
    defaults: revision.form,
    toBody,
    schema: brandingInput,
    send: async (input, intent) => await changeBranding(input, { etag: revision.etag(), intent }),
    onSaved: (saved) => {
      const { branding } = saved.body;
      const now = revisionOf(saved);
      revision.take(now);
      takeBranding(branding);
      tellTabs({ kind: "branding", branding });
      own.reset(now.form);
    },
    onDone: () => say(words.saved),
  });
  const { form: own, submit, isBusy, problem } = typed;
  const { control, formState } = own;
  const labels = {
    ...{ name: fields.name, accent: fields.accent, logo: fields.logo, links: fields.links },
    ...{ "support.email": fields.email, "support.phone": fields.phone, services: fields.services },
  };
  return (
    <>
      <PageHead title={shell.pages.branding} />
      <p className={classes["why"]}>{words.why}</p>
      <div className={classes["page"]}>
        <form className={form["form"]} onSubmit={(event) => void submit(event)} noValidate>
          <FormProblem
            errors={formState.errors}
            submitCount={formState.submitCount}
            problem={problem}
            labels={labels}
          />
          <Conflict
            own={typed}
            revision={revision}
            units={async () => (await import("./units.ts")).brandingUnits(texts)}
            load={async () => {
              const now = await asOfNow(brandingQuery());
              const { modifiedBy, modifiedAt } = now.body;
              if (modifiedBy === null || modifiedAt === null)
                throw new Error("what was saved was saved by somebody");
              return { ...revisionOf(now), by: modifiedBy, at: modifiedAt };
            }}
          />
          <h2>{parts.look}</h2>
          <TextField control={control} name="name" label={fields.name} />
          <AccentField control={control} />
          <LogoField control={control} />
          <h2>{parts.support}</h2>
          <div className={form["pair"]}>
            <TextField control={control} name="support.email" label={fields.email} type="email" isOptional />
            <TextField control={control} name="support.phone" label={fields.phone} isOptional />
          </div>
          <LinkRows control={control} />
          <h2>{parts.services}</h2>
          <Services control={control} />
          <FormFoot submit={shell.save} isBusy={isBusy} onCancel={() => own.reset()} />
        </form>
        <Live control={control} />
      </div>
      <LeaveGuard isDirty={formState.isDirty && !formState.isSubmitSuccessful} />
    </>
  );
}

function Services({ control }: { readonly control: Control<BrandingForm> }) {
  const { branding } = useTexts();
  const { fields } = branding;
  return SERVICES.map((service) => {
    const name = branding.services[service];
    return (
      <fieldset key={service} className={form["group"]}>
        <legend>{name}</legend>
        <CheckField control={control} name={`services.${service}.offered`} label={fields.offered(name)} />
        <div className={form["pair"]}>
          <TextField
            control={control}
            name={`services.${service}.names.en`}
            label={fields.english(name)}
            isOptional
          />
          <TextField
            control={control}
            name={`services.${service}.names.pl`}
            label={fields.polish(name)}
            isOptional
          />
        </div>
      </fieldset>
    );
  });
}

/** As it is typed, before it is saved. */
function Live({ control }: { readonly control: Control<BrandingForm> }) {
  const [name, accent, logo] = useWatch({ control, name: ["name", "accent", "logo"] });
  return <Preview name={name} accent={accent.toLowerCase()} logo={logo} />;
}
