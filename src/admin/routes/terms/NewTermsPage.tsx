import { useNavigate, useRouter } from "@tanstack/react-router";
import { useWatch } from "react-hook-form";
import { z } from "zod";
import { termsInput } from "../../../domain/terms/input.ts";
import { FileField } from "../../shared/form/FileField.tsx";
import { TextField } from "../../shared/form/fields.tsx";
import { FormFoot } from "../../shared/form/FormFoot.tsx";
import { FormProblem } from "../../shared/form/FormProblem.tsx";
import { LeaveGuard } from "../../shared/form/LeaveGuard.tsx";
import { ModeField } from "../../shared/form/ModeField.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import classes from "../../shared/form/form.module.css";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { say } from "../../shared/page/toasts.ts";
import { formatDay } from "../../shared/time/format.ts";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { Effect } from "./Effect.tsx";
import { type Terms, type Upload, uploadTerms } from "./queries.ts";

interface UploadForm {
  readonly kind: string;
  readonly validFrom: string;
  readonly file: File | null;
}

const MOST_BYTES = 5_000_000;

export function NewTermsPage() {
  const { terms, shell } = useTexts();
  const { fields, kinds } = terms;
  const { language } = usePreferences().preferences;
  const navigate = useNavigate();
  const router = useRouter();
  const { form, submit, isBusy, problem } = useBodyForm<
    UploadForm,
    Upload,
    { readonly document: Terms; readonly isNew: boolean }
  >({
    defaults: { kind: "TERMS", validFrom: "", file: null },
    // Another file is another upload: what stands for its content is its name, its size and its age.
    toBody: (typed) => ({ ...typed, mark: markOf(typed.file) }),
    schema: schemaOf(terms.errors),
    send: uploadTerms,
    onDone: ({ document: { kind, validFrom }, isNew }) => {
      say(isNew ? terms.uploaded(kinds[kind], formatDay(validFrom, language)) : terms.unchanged);
      void navigate({ to: "/terms" });
    },
  });
  const { control, formState } = form;
  const [kind, validFrom] = useWatch({ control, name: ["kind", "validFrom"] });
  return (
    <>
      <PageHead title={terms.upload} crumbs={[{ to: "/terms", label: shell.pages.terms }]} />
      <form className={classes["form"]} onSubmit={(event) => void submit(event)} noValidate>
        <FormProblem
          errors={formState.errors}
          submitCount={formState.submitCount}
          problem={problem}
          labels={fields}
        />
        <ModeField
          control={control}
          name="kind"
          label={fields.kind}
          options={Object.entries(kinds).map(([value, label]) => ({ value, label }))}
        />
        <TextField
          control={control}
          name="validFrom"
          label={fields.validFrom}
          help={fields.validFromHelp}
          type="date"
        />
        <FileField
          control={control}
          name="file"
          label={fields.file}
          help={fields.fileHelp}
          accept=".pdf,application/pdf"
        />
        <Effect kind={kind} validFrom={validFrom} />
        <FormFoot submit={terms.upload} isBusy={isBusy} onCancel={() => router.history.back()} />
      </form>
      <LeaveGuard isDirty={formState.isDirty && !formState.isSubmitSuccessful} />
    </>
  );
}

function markOf(file: File | null): string {
  return file === null ? "" : `${file.name} ${String(file.size)} ${String(file.lastModified)}`;
}

function schemaOf(errors: Texts["terms"]["errors"]) {
  return termsInput.extend({
    file: z
      .instanceof(File, { error: errors.file })
      .refine(
        ({ type, name }) => type === "application/pdf" || name.toLowerCase().endsWith(".pdf"),
        errors.type,
      )
      .refine(({ size }) => size <= MOST_BYTES, errors.size),
    mark: z.string(),
  });
}
