import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import {
  type DefaultValues,
  type FieldValues,
  type Path,
  useForm,
  type UseFormReturn,
} from "react-hook-form";
import type { z } from "zod";
import { ApiProblem } from "../../api/problem.ts";
import { queryClient } from "../../api/queryClient.ts";
import { errorsOf } from "./bodyErrors.ts";
import { useOneAtATime } from "./useOneAtATime.ts";
import { useTexts } from "../../texts/texts.ts";

export interface BodyFormOptions<Form extends FieldValues, Body, Done> {
  readonly defaults: DefaultValues<Form>;
  /** What is sent, made of what is typed. Its members have the names of the form's fields. */
  readonly toBody: (form: Form) => unknown;
  /** The server's own schema of the body; where it is large it comes when the first field is left. */
  readonly schema: z.ZodType<Body> | (() => Promise<z.ZodType<Body>>);
  /** @param intent for `Idempotency-Key`: the same for every try of the same content */
  readonly send: (body: Body, intent: string) => Promise<Done>;
  /** At once, where the form stays on the page: what is typed from then on is the next content. */
  readonly onSaved?: (done: Done) => void;
  /** When everything else on the page is as it is by now. */
  readonly onDone: (done: Done) => void;
}

export interface BodyForm<Form extends FieldValues> {
  readonly form: UseFormReturn<Form>;
  readonly submit: (event?: React.BaseSyntheticEvent) => Promise<void>;
  readonly isBusy: boolean;
  /** What the server refused, beside what stands at a field. */
  readonly problem: Error | null;
}

/** A form whose content the server's own schema looks at before it is sent, and whose fields show what the server refused. */
export function useBodyForm<Form extends FieldValues, Body, Done>(
  options: BodyFormOptions<Form, Body, Done>,
): BodyForm<Form> {
  const { shell } = useTexts();
  const { defaults, toBody, schema, send, onSaved, onDone } = options;
  const once = useOneAtATime();
  const intent = useRef({ content: "", id: "" });
  const form = useForm<Form>({
    defaultValues: defaults,
    mode: "onTouched",
    // Shown at once, the word on the field that was left would move the button away from under the pointer that is about to press it.
    delayError: 300,
    shouldFocusError: false,
    resolver: async (values) => {
      const body = toBody(values);
      const parsed = (await schemaOf(schema)).safeParse(body);
      if (parsed.success) return { values, errors: {} };
      return { values: {}, errors: errorsOf<Form>(parsed.error.issues, body, shell.errors) };
    },
  });
  const sending = useMutation({
    // What was typed may be a password: it is in no cache.
    gcTime: 0,
    mutationFn: async (values: Form) => {
      const body = (await schemaOf(schema)).parse(toBody(values));
      const content = JSON.stringify(body);
      if (intent.current.content !== content) intent.current = { content, id: crypto.randomUUID() };
      return await send(body, intent.current.id);
    },
    onSuccess: async (done) => {
      form.reset(form.getValues());
      onSaved?.(done);
      await queryClient.invalidateQueries();
      onDone(done);
    },
    onError: (error) => {
      if (!(error instanceof ApiProblem)) return;
      // It was answered: the same content on what somebody else has saved meanwhile is another write.
      intent.current = { content: "", id: "" };
      showAtFields(form, error, shell.errors.own);
    },
  });
  return {
    form,
    submit: form.handleSubmit((values) => once(async () => await sending.mutateAsync(values))),
    isBusy: sending.isPending,
    problem: sending.error,
  };
}

async function schemaOf<Body>(
  schema: BodyFormOptions<never, Body, never>["schema"],
): Promise<z.ZodType<Body>> {
  return typeof schema === "function" ? await schema() : schema;
}

function showAtFields<Form extends FieldValues>(
  form: UseFormReturn<Form>,
  problem: ApiProblem,
  inWords: (message: string) => string,
): void {
  for (const { pointer, message } of problem.errors) {
    const path = pointer.split("/").slice(1).join(".");
    if (isField(form, path)) form.setError(path, { type: "server", message: inWords(message) });
  }
}

/** A pointer names a field as the form does, or one within it. */
function isField<Form extends FieldValues>(form: UseFormReturn<Form>, path: string): path is Path<Form> {
  const [first = ""] = path.split(".");
  return Object.keys(form.getValues()).includes(first);
}
