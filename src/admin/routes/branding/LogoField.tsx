import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useId } from "react";
import { type Control, useController } from "react-hook-form";
import { ProblemText } from "../../shared/form/FormProblem.tsx";
import { useTexts } from "../../texts/texts.ts";
import { logoPath } from "../../shared/brand.ts";
import type { BrandingForm } from "./form.ts";
import { uploadLogo } from "./queries.ts";
import classes from "./BrandingPage.module.css";

/** A picture is uploaded as soon as it is chosen, and used once the form is saved. */
export function LogoField({ control }: { readonly control: Control<BrandingForm> }) {
  const { branding } = useTexts();
  const { fields } = branding;
  const { field } = useController({ control, name: "logo" });
  const told = useId();
  const uploading = useMutation({
    mutationFn: uploadLogo,
    onSuccess: (hash) => field.onChange(hash),
  });
  return (
    <div className={classes["logo"]}>
      <label htmlFor="field-logo">{fields.logo}</label>
      <span id={told} className="meta">
        {fields.logoHelp}
      </span>
      <input
        id="field-logo"
        type="file"
        accept="image/png,image/webp"
        aria-describedby={told}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file !== undefined) uploading.mutate(file);
        }}
      />
      {uploading.isPending ? <p role="status">{branding.uploading}</p> : null}
      {uploading.error === null ? null : (
        <div role="alert" className={classes["problem"]}>
          <ProblemText problem={uploading.error} />
        </div>
      )}
      {field.value === "" ? (
        <p className="second">{fields.logoOwn}</p>
      ) : (
        <div className={classes["logoNow"]}>
          <img src={logoPath(field.value)} alt="" height={32} />
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => {
              uploading.reset();
              field.onChange("");
            }}
          >
            {fields.logoRemove}
          </Button>
        </div>
      )}
    </div>
  );
}
