import { PasswordInput } from "@mantine/core";
import type { FieldValues } from "react-hook-form";
import { useTexts } from "../../texts/texts.ts";
import { type FieldProps, useField } from "./fields.tsx";

/** A password that somebody chooses: it can be looked at. */
export function SecretField<Form extends FieldValues>(
  props: FieldProps<Form> & { readonly autoComplete?: "new-password" | "current-password" },
) {
  const { shell } = useTexts();
  const { field, common } = useField(props);
  return (
    <PasswordInput
      {...common}
      {...field}
      value={field.value ?? ""}
      autoComplete={props.autoComplete ?? "new-password"}
      visibilityToggleButtonProps={{ "aria-label": shell.showPassword }}
    />
  );
}
