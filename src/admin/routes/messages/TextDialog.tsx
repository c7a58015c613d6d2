import { Button } from "@mantine/core";
import { useState } from "react";
import { type Control, useWatch } from "react-hook-form";
import { type Form, type Forms, formsOf } from "../../../domain/messages/codes.ts";
import { exampleOf } from "../../../domain/messages/examples.ts";
import { placeholdersOf } from "../../../domain/messages/placeholders.ts";
import type { Answered } from "../../api/client.ts";
import { asOfNow } from "../../api/queryClient.ts";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { Check } from "../../shared/form/Check.tsx";
import { Conflict } from "../../shared/form/Conflict.tsx";
import { FormFrame } from "../../shared/form/FormFrame.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import { type Revision, useRevision } from "../../shared/form/useRevision.ts";
import { say } from "../../shared/page/toasts.ts";
import { useTexts } from "../../texts/texts.ts";
import { formsSchema, type FormsForm, toForm, toForms } from "./form.ts";
import { FormText } from "./FormText.tsx";
import { changeText, type Messages, messagesQuery, type MessageText } from "./queries.ts";
import { Screens } from "./Screens.tsx";
import classes from "./TextDialog.module.css";

interface TextProps {
  readonly text: MessageText;
  readonly data: Answered<Messages>;
  readonly onReset: () => void;
  readonly onClose: () => void;
}

/** One text in one language: typed, counted and shown as a terminal will show it. Who may not change it sees it. */
export function TextDialog(props: TextProps) {
  const { codes, messages: words } = useTexts();
  const { text, data, onClose } = props;
  const names: Readonly<Record<MessageText["code"], string>> = { ...codes, ...words.grants };
  return (
    <Dialog onClose={onClose} title={`${names[text.code]} · ${words.languages[text.language]}`}>
      {data.body.mayChange ? <Editor {...props} /> : <Reader text={text} />}
    </Dialog>
  );
}

function Reader({ text }: { readonly text: MessageText }) {
  const possible = formsOf(text.code, text.language);
  return (
    <div className={classes["reader"]}>
      {possible.map((form) => (
        <p key={form} lang={text.language}>
          {text.forms[form] ?? text.forms.other}
        </p>
      ))}
      <Preview forms={text.forms} text={text} />
    </div>
  );
}

function Editor({ text, data, onReset, onClose }: TextProps) {
  const { messages: words, shell } = useTexts();
  const { code, language } = text;
  const { programme } = data.body;
  const possible = formsOf(code, language);
  const labels = Object.fromEntries(
    possible.map((form) => [form, possible.length === 1 ? words.text : words.forms[form]]),
  );
  const revision = useRevision(revisionOf(data, text));
  const own = useBodyForm<FormsForm, Forms, Answered<Messages>>({
    defaults: revision.form,
    toBody: toForms,
    schema: formsSchema(code, language, words),
    send: async (forms, intent) =>
      await changeText(programme, text, forms, { etag: revision.etag(), intent }),
    onDone: () => {
      onClose();
      say(words.saved);
    },
  });
  const { control, getValues, setValue } = own.form;
  const [current, setCurrent] = useState<Form>("other");
  const insert = (placeholder: string): void => {
    const before = getValues(current);
    const gap = before === "" || before.endsWith(" ") ? "" : " ";
    setValue(current, `${before}${gap}{${placeholder}}`, { shouldDirty: true, shouldValidate: true });
  };
  const known = placeholdersOf(code);
  return (
    <FormFrame of={own} labels={labels} verb={shell.save} onCancel={onClose}>
      <Conflict
        own={own}
        revision={revision}
        units={async () =>
          (await import("../../shared/form/compare.ts")).unitsOf(revision.form, labels, () => null)
        }
        load={async () => {
          const now = await asOfNow(messagesQuery(programme));
          const { modifiedBy, modifiedAt, texts } = now.body;
          const theirs = texts.find((one) => one.code === code && one.language === language);
          if (modifiedBy === null || modifiedAt === null || theirs === undefined)
            throw new Error("what was saved was saved by somebody");
          return { ...revisionOf(now, theirs), by: modifiedBy, at: modifiedAt };
        }}
      />
      {possible.map((form) => (
        <FormText
          key={form}
          control={control}
          name={form}
          label={labels[form] ?? form}
          language={language}
          isOptional={form !== "other"}
          onFocus={() => setCurrent(form)}
        />
      ))}
      {known.length === 0 ? null : (
        <fieldset className={classes["placeholders"]}>
          <legend>{words.placeholders}</legend>
          {known.map((name) => (
            <Button
              key={name}
              variant="default"
              size="compact-sm"
              title={words.means[name]}
              onClick={() => insert(name)}
            >
              {`{${name}}`}
            </Button>
          ))}
          <p className="meta">{words.placeholdersHelp}</p>
        </fieldset>
      )}
      <Live control={control} text={text} current={current} />
      {text.origin === (programme === "installation" ? "INSTALLATION" : "RULESET") ? (
        <div>
          <Button variant="default" onClick={onReset}>
            {words.reset}
          </Button>
        </div>
      ) : null}
    </FormFrame>
  );
}

/** As it is typed, before it is saved. */
function Live({
  control,
  text,
  current,
}: {
  readonly control: Control<FormsForm>;
  readonly text: MessageText;
  readonly current: Form;
}) {
  const typed = useWatch({ control });
  const form = (text: string | undefined) => (text === undefined || text.trim() === "" ? undefined : text);
  const forms = {
    ...{ one: form(typed.one), few: form(typed.few), many: form(typed.many) },
    other: typed.other ?? "",
  };
  return <Preview forms={forms} text={text} current={current} />;
}

function Preview({
  forms,
  text: { language },
  current = "other",
}: {
  readonly forms: Forms;
  readonly text: MessageText;
  readonly current?: Form;
}) {
  const { messages: words } = useTexts();
  const [isLongest, setLongest] = useState(false);
  return (
    <section className={classes["preview"]} aria-label={words.preview}>
      <Check label={words.longest} checked={isLongest} onChange={setLongest} />
      <Screens text={exampleOf(forms, current, language, isLongest)} language={language} />
    </section>
  );
}

function revisionOf({ etag }: Answered<Messages>, text: MessageText): Revision<FormsForm> {
  return { form: toForm(text.forms), etag };
}
