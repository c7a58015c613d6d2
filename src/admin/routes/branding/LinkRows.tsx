import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { type Control, useFieldArray } from "react-hook-form";
import { TextField } from "../../shared/form/fields.tsx";
import form from "../../shared/form/form.module.css";
import { useTexts } from "../../texts/texts.ts";
import type { BrandingForm } from "./form.ts";
import classes from "./BrandingPage.module.css";

const MOST = 5;

/** Pages that the panel links to, each with what it is called. */
export function LinkRows({ control }: { readonly control: Control<BrandingForm> }) {
  const { fields: f } = useTexts().branding;
  const { fields, append, remove } = useFieldArray({ control, name: "links" });
  return (
    <fieldset className={form["group"]} id="field-links" tabIndex={-1}>
      <legend>{f.links}</legend>
      {fields.length === 0 ? <p className="second">{f.linksNone}</p> : null}
      {fields.map(({ id }, index) => (
        <div key={id} className={classes["link"]}>
          <TextField control={control} name={`links.${index}.label`} label={f.label(index + 1)} />
          <TextField
            control={control}
            name={`links.${index}.url`}
            label={f.url(index + 1)}
            help={f.urlHelp}
          />
          <Button variant="subtle" size="compact-sm" onClick={() => remove(index)}>
            {f.removeLink(index + 1)}
          </Button>
        </div>
      ))}
      {fields.length >= MOST ? null : (
        <Button
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden="true" />}
          onClick={() => append({ label: "", url: "" })}
        >
          {f.addLink}
        </Button>
      )}
    </fieldset>
  );
}
