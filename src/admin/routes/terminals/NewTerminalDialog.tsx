import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { z } from "zod";
import { serialNumber } from "../../../domain/terminal/input.ts";
import { ChoiceField, TextField } from "../../shared/form/fields.tsx";
import { FormFrame } from "../../shared/form/FormFrame.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import { say } from "../../shared/page/toasts.ts";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import { allLocationsQuery } from "../locations/queries.ts";
import { registerTerminal, type Terminal } from "./queries.ts";

interface TerminalForm {
  readonly serialNumber: string;
  readonly locationId: string;
  readonly profile: string;
}

const schema = z.object({
  serialNumber,
  locationId: z.string().nullable(),
  profile: z.enum(["standard", "reference"]),
});

export function NewTerminalDialog({
  locationId,
  onClose,
}: {
  /** Where it will stand, where that is known. */
  readonly locationId: string | null;
  readonly onClose: () => void;
}) {
  const { places } = useTexts();
  const { fields, terminal } = places;
  const navigate = useNavigate();
  const locations = useQuery(allLocationsQuery());
  const own = useBodyForm<TerminalForm, z.infer<typeof schema>, Terminal>({
    defaults: { serialNumber: "", locationId: locationId ?? "", profile: "standard" },
    toBody: (typed) => ({
      ...typed,
      serialNumber: typed.serialNumber.trim(),
      locationId: typed.locationId === "" ? null : typed.locationId,
    }),
    schema,
    send: registerTerminal,
    onDone: ({ serialNumber: serial }) => {
      say(terminal.created(serial));
      onClose();
      void navigate({ to: "/terminals/$serial", params: { serial } });
    },
  });
  const { control } = own.form;
  const choices = (locations.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Dialog onClose={onClose} title={terminal.create}>
      <FormFrame of={own} labels={fields} verb={terminal.create} onCancel={onClose}>
        <TextField
          control={control}
          name="serialNumber"
          label={fields.serialNumber}
          help={fields.serialHelp}
        />
        <ChoiceField
          control={control}
          name="locationId"
          label={fields.location}
          options={[{ value: "", label: terminal.noLocation }, ...choices]}
        />
        <ChoiceField
          control={control}
          name="profile"
          label={fields.profile}
          options={Object.entries(terminal.profiles).map(([value, label]) => ({ value, label }))}
        />
      </FormFrame>
    </Dialog>
  );
}
