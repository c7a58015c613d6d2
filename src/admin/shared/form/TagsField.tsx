import type { FieldValues } from "react-hook-form";
import { ChipsInput } from "./ChipsInput.tsx";
import { type FieldProps, useField } from "./fields.tsx";
import { firstMessage } from "./firstMessage.ts";
import { textsOf } from "./textsOf.ts";

const BETWEEN = /[\s,;]+/;

/** Several short codes: Enter, a comma or a blank adds one, and what is pasted is split. */
export function TagsField<Form extends FieldValues>(props: FieldProps<Form>) {
  const { field, common, fieldError } = useField(props);
  return (
    <ChipsInput
      {...common}
      error={firstMessage(fieldError)}
      values={textsOf(field.value)}
      onChange={field.onChange}
      onBlur={field.onBlur}
      nameOf={(value) => value}
      taken={(typed, isDone) =>
        isDone || BETWEEN.test(typed) ? typed.split(BETWEEN).filter((one) => one !== "") : []
      }
      suggestions={[]}
    />
  );
}
