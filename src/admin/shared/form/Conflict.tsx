import { Button } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import type { FieldValues } from "react-hook-form";
import type { Actor } from "../people/actorText.ts";
import { useTexts } from "../../texts/texts.ts";
import type { Unit } from "./compare.ts";
import { isConflict } from "./FormProblem.tsx";
import type { Comparison } from "./CompareDialog.tsx";
import type { BodyForm } from "./useBodyForm.ts";
import type { Revision, SeenRevision } from "./useRevision.ts";

/** Of no use before two people have met. */
const CompareDialog = lazy(async () => ({ default: (await import("./CompareDialog.tsx")).CompareDialog }));

/** What somebody else has saved. */
export interface Theirs<Form> extends Revision<Form> {
  readonly by: Actor;
  readonly at: string;
}

/** Where somebody else has saved meanwhile: what each has typed is compared, and saved on what is there now. */
export function Conflict<Form extends FieldValues>({
  own: { form, submit, problem },
  revision,
  units,
  load,
}: {
  readonly own: Pick<BodyForm<Form>, "form" | "submit" | "problem">;
  readonly revision: SeenRevision<Form>;
  /** What is taken from one or the other as a whole. */
  readonly units: () => Promise<readonly Unit<Form>[]>;
  /** What is there now. */
  readonly load: () => Promise<Theirs<Form>>;
}) {
  const { compare } = useTexts();
  const [closed, setClosed] = useState<Error | null>(null);
  if (!isConflict(problem)) return null;
  if (closed === problem) {
    return (
      <div>
        <Button variant="default" onClick={() => setClosed(null)}>
          {compare.open}
        </Button>
      </div>
    );
  }
  async function compared(): Promise<Comparison> {
    const [theirs, parts, { differencesOf, mergedOf }] = await Promise.all([
      load(),
      units(),
      import("./compare.ts"),
    ]);
    const both = { mine: form.getValues(), theirs: theirs.form };
    const differences = differencesOf(parts, { ...both, seen: revision.form });
    return {
      by: theirs.by,
      at: theirs.at,
      lines: differences.map(({ unit: { label, words }, first }) => ({
        label,
        first,
        mine: words(both.mine),
        theirs: words(both.theirs),
      })),
      save: (sideOf) => {
        revision.take(theirs);
        form.reset(
          mergedOf(differences, both, ({ unit }) => sideOf(unit.label)),
          { keepDefaultValues: true },
        );
        setClosed(problem);
        void submit();
      },
    };
  }

  return (
    <Suspense fallback={null}>
      <CompareDialog load={compared} onClose={() => setClosed(problem)} />
    </Suspense>
  );
}
