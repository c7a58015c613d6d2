import { useQuery } from "@tanstack/react-query";
import { z } from "zod";
import { ChoiceField } from "../../shared/form/fields.tsx";
import { FormFrame } from "../../shared/form/FormFrame.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import { say } from "../../shared/page/toasts.ts";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import { allLocationsQuery } from "../locations/queries.ts";
import { changeTerminal, type Terminal } from "./queries.ts";

interface MoveForm {
  readonly locationId: string;
  readonly profile: string;
}

const schema = z.object({ locationId: z.string().nullable(), profile: z.enum(["standard", "reference"]) });

export function MoveTerminalDialog({
  terminal: life,
  etag,
  onClose,
}: {
  readonly terminal: Terminal;
  readonly etag: string | null;
  readonly onClose: () => void;
}) {
  const { places, shell } = useTexts();
  const { fields, terminal } = places;
  const locations = useQuery(allLocationsQuery());
  const own = useBodyForm<MoveForm, z.infer<typeof schema>, Terminal>({
    defaults: { locationId: life.locationId ?? "", profile: life.profile },
    toBody: (typed) => ({ ...typed, locationId: typed.locationId === "" ? null : typed.locationId }),
    schema,
    send: async (body, intent) => await changeTerminal(life.serialNumber, body, { etag, intent }),
    onDone: ({ serialNumber }) => {
      say(terminal.moved(serialNumber));
      onClose();
    },
  });
  const { control } = own.form;
  const choices = (locations.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Dialog onClose={onClose} title={terminal.moveTitle(life.serialNumber)}>
      <FormFrame of={own} labels={fields} verb={shell.save} onCancel={onClose}>
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
