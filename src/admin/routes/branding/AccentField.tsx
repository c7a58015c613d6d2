import { type Control, useController } from "react-hook-form";
import { TextField } from "../../shared/form/fields.tsx";
import { useTexts } from "../../texts/texts.ts";
import { OWN_ACCENT } from "../../shared/brand.ts";
import type { BrandingForm } from "./form.ts";
import classes from "./BrandingPage.module.css";

/** The accent, typed or picked. */
export function AccentField({ control }: { readonly control: Control<BrandingForm> }) {
  const { fields } = useTexts().branding;
  const { field } = useController({ control, name: "accent" });
  return (
    <div className={classes["accent"]}>
      <TextField control={control} name="accent" label={fields.accent} help={fields.accentHelp} />
      <input
        type="color"
        aria-label={fields.pick}
        value={/^#[0-9a-fA-F]{6}$/.test(field.value) ? field.value : OWN_ACCENT}
        onChange={({ currentTarget }) => field.onChange(currentTarget.value)}
      />
    </div>
  );
}
