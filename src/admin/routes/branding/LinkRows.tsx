import { type Control, useFieldArray } from "react-hook-form";
import { TextField } from "../../shared/form/fields.tsx";
import { GrowingRows } from "../../shared/form/GrowingRows.tsx";
import { useTexts } from "../../texts/texts.ts";
import type { BrandingForm } from "./form.ts";
import classes from "./BrandingPage.module.css";

const MOST = 5;

/** Pages that the panel links to, each with what it is called. */
export function LinkRows({ control }: { readonly control: Control<BrandingForm> }) {
  const { fields: f } = useTexts().branding;
  const { fields, append, remove } = useFieldArray({ control, name: "links" });
  return (
    <GrowingRows
      name="links"
      legend={f.links}
      none={f.linksNone}
      rows={fields}
      most={MOST}
      row={(index) => (
        <div className={classes["link"]}>
          <TextField control={control} name={`links.${index}.label`} label={f.label(index + 1)} />
          <TextField
            control={control}
            name={`links.${index}.url`}
            label={f.url(index + 1)}
            help={f.urlHelp}
          />
        </div>
      )}
      addLabel={f.addLink}
      onAdd={() => append({ label: "", url: "" })}
      removeLabel={f.removeLink}
      onRemove={(index) => remove(index)}
    />
  );
}
