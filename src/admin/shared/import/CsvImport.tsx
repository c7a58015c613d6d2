import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useRef, useState } from "react";
import { queryClient } from "../../api/queryClient.ts";
import { useTexts } from "../../texts/texts.ts";
import { type Crumb, PageHead } from "../page/PageHead.tsx";
import { say } from "../page/toasts.ts";
import { type LineError, LineErrors } from "./LineErrors.tsx";
import { Refused } from "./Refused.tsx";
import classes from "./CsvImport.module.css";

/** What of a file is told before it is stored. */
export interface Found {
  /** How many lines would be stored; none: there is nothing to store. */
  readonly lines: number;
  /** What would become of them, in a sentence. */
  readonly would: string;
  /** The button that stores them. */
  readonly store: string;
  /** Once they are stored. */
  readonly done: string;
  /** Lines that say something else than what was known. */
  readonly differs: readonly LineError[];
  /** What is to be said of those lines, where it is something else. */
  readonly differing?: string;
}

interface CsvImportProps<Answer> {
  readonly title: string;
  /** The list that it adds to. */
  readonly list: Crumb;
  /** What the file has to be. */
  readonly what: string;
  /** Its first line. */
  readonly columns: string;
  /** What has to be chosen before the file; a file is asked for once there is nothing left to choose. */
  readonly lead?: ReactNode;
  /** Which files are offered, besides CSV. */
  readonly alsoAccepts?: string;
  readonly isOpen?: boolean;
  /** Sends the file. @param intent for `Idempotency-Key`; null: a dry run */
  readonly send: (file: File, intent: string | null) => Promise<Answer>;
  readonly told: (answer: Answer) => Found;
}

/** A file is looked at as soon as it is chosen, and stored when that is wanted: all of it or nothing. */
export function CsvImport<Answer>(props: CsvImportProps<Answer>) {
  const { title, list, what, columns, send, told, lead, alsoAccepts, isOpen = true } = props;
  const { imports } = useTexts();
  const navigate = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const intent = useRef("");
  const looking = useMutation({ mutationFn: async (chosen: File) => await send(chosen, null) });
  const storing = useMutation({
    mutationFn: async (chosen: File) => await send(chosen, intent.current),
    onSuccess: async (answer) => {
      await queryClient.invalidateQueries();
      say(told(answer).done);
      await navigate({ to: list.to });
    },
  });

  function choose(chosen: File | null): void {
    setFile(chosen);
    storing.reset();
    looking.reset();
    intent.current = crypto.randomUUID();
    if (chosen !== null) looking.mutate(chosen);
  }

  return (
    <>
      <PageHead title={title} crumbs={[list]} />
      <p>{what}</p>
      <p>
        <code className={classes["columns"]}>{columns}</code>
      </p>
      {lead}
      {isOpen ? (
        <label className={classes["file"]}>
          <span>{alsoAccepts === undefined ? imports.file : imports.anyFile}</span>
          <input
            type="file"
            accept={`.csv,text/csv${alsoAccepts === undefined ? "" : `,${alsoAccepts}`}`}
            onChange={({ currentTarget }) => choose(currentTarget.files?.[0] ?? null)}
          />
        </label>
      ) : null}
      {looking.isPending ? <p role="status">{imports.looking}</p> : null}
      <Refused error={storing.error ?? looking.error} />
      {looking.data === undefined || file === null ? null : (
        <WhatItHolds
          found={told(looking.data)}
          isBusy={storing.isPending}
          onStore={() => {
            if (!storing.isPending) storing.mutate(file);
          }}
        />
      )}
    </>
  );
}

function WhatItHolds({
  found: { lines, would, store, differs, differing },
  isBusy,
  onStore,
}: {
  readonly found: Found;
  readonly isBusy: boolean;
  readonly onStore: () => void;
}) {
  const { imports } = useTexts();
  return (
    <section aria-label={imports.found} className={classes["found"]}>
      <p role="status">{would}</p>
      {differs.length === 0 ? null : (
        <>
          <p>{differing ?? imports.differs}</p>
          <LineErrors label={imports.differsLabel} lines={differs} />
        </>
      )}
      {lines === 0 ? null : (
        <Button loading={isBusy} onClick={onStore}>
          {store}
        </Button>
      )}
    </section>
  );
}
