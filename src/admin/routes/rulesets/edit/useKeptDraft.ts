import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";
import type { UseFormReturn } from "react-hook-form";
import { drop, keep, type Kept, kept } from "../../../shared/form/kept.ts";
import { DRAFT } from "../../../shared/form/keptDrafts.ts";
import type { SeenRevision } from "../../../shared/form/useRevision.ts";
import { emptyForm, type RulesetForm } from "../form/model.ts";

interface Draft {
  /** What it is a change of. */
  readonly etag: string | null;
  readonly seen: RulesetForm;
  readonly typed: RulesetForm;
}

const KEEP_AFTER_MS = 200;

const LIKE: Draft = { etag: null, seen: filled(), typed: filled() };

/** One of everything. */
function filled(): RulesetForm {
  const form = emptyForm();
  const icas: RulesetForm["criteria"]["icas"] = [
    { ica: "", mode: "WHOLE", accountRanges: [{ low: "", high: "" }] },
  ];
  return { ...form, criteria: { ...form.criteria, icas } };
}

export interface KeptDraft {
  /** What was typed here before and never saved; null for nothing, or once it was decided on. */
  readonly offered: Kept<Draft> | null;
  readonly isOfOlder: boolean;
  readonly takeBack: () => void;
  readonly discard: () => void;
}

/** What is typed survives the tab and the browser: it is kept until it is saved, or was said no to. */
export function useKeptDraft(
  id: string | null,
  { getValues, reset }: Pick<UseFormReturn<RulesetForm>, "getValues" | "reset">,
  revision: SeenRevision<RulesetForm>,
  changed: RulesetForm | null,
): KeptDraft {
  const name = `${DRAFT}ruleset.${id ?? "new"}`;
  const [offered, setOffered] = useState(() => kept(name, LIKE));
  const [text] = useDebouncedValue(changed === null ? null : JSON.stringify(changed), KEEP_AFTER_MS);
  // While it is asked what becomes of the one before, that one stays.
  const isKept = changed !== null && offered === null;
  useEffect(() => {
    if (text === null || !isKept) return;
    keep(name, { etag: revision.etag(), seen: revision.form, typed: getValues() });
  }, [text, isKept, name, revision, getValues]);
  return {
    offered,
    isOfOlder: offered !== null && offered.typed.etag !== revision.etag(),
    takeBack: () => {
      if (offered === null) return;
      const { etag, seen, typed } = offered.typed;
      revision.take({ form: seen, etag });
      reset(seen);
      reset(typed, { keepDefaultValues: true });
      setOffered(null);
    },
    discard: () => {
      drop(name);
      setOffered(null);
    },
  };
}
