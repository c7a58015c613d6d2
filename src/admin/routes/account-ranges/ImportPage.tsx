import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { ApiProblem } from "../../api/problem.ts";
import { queryClient } from "../../api/queryClient.ts";
import { ProblemText } from "../../shared/form/FormProblem.tsx";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { say } from "../../shared/page/toasts.ts";
import { useTexts } from "../../texts/texts.ts";
import { LineErrors } from "./LineErrors.tsx";
import { type Import, importFile } from "./queries.ts";
import classes from "./ImportPage.module.css";

/** A file is looked at as soon as it is chosen, and stored when that is wanted: all of it or nothing. */
export function ImportPage() {
  const { accountRanges, shell } = useTexts();
  const words = accountRanges.import;
  const navigate = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const intent = useRef("");
  const looking = useMutation({ mutationFn: async (chosen: File) => await importFile(chosen, null) });
  const storing = useMutation({
    mutationFn: async (chosen: File) => await importFile(chosen, intent.current),
    onSuccess: async ({ added, replaced }) => {
      await queryClient.invalidateQueries();
      say(words.done(added + replaced));
      await navigate({ to: "/account-ranges" });
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
      <PageHead title={words.title} crumbs={[{ to: "/account-ranges", label: shell.pages.accountRanges }]} />
      <p>{words.what}</p>
      <p>
        <code className={classes["columns"]}>{words.columns}</code>
      </p>
      <label className={classes["file"]}>
        <span>{words.file}</span>
        <input
          type="file"
          accept=".csv,text/csv"
          onChange={({ currentTarget }) => choose(currentTarget.files?.[0] ?? null)}
        />
      </label>
      {looking.isPending ? <p role="status">{words.looking}</p> : null}
      <Refused error={storing.error ?? looking.error} />
      {looking.data === undefined || file === null ? null : (
        <Found
          found={looking.data}
          isBusy={storing.isPending}
          onStore={() => {
            if (!storing.isPending) storing.mutate(file);
          }}
        />
      )}
    </>
  );
}

function Refused({ error }: { readonly error: Error | null }) {
  const words = useTexts().accountRanges.import;
  if (error === null) return null;
  const lines = error instanceof ApiProblem && error.status === 422 ? error.errors : [];
  return (
    <div role="alert" className={classes["refused"]}>
      {lines.length === 0 ? (
        <ProblemText problem={error} />
      ) : (
        <>
          <p className={classes["why"]}>{words.wrong(lines.length)}</p>
          <LineErrors label={words.wrongLabel} lines={lines} />
        </>
      )}
    </div>
  );
}

function Found({
  found: { added, replaced, differs },
  isBusy,
  onStore,
}: {
  readonly found: Import;
  readonly isBusy: boolean;
  readonly onStore: () => void;
}) {
  const words = useTexts().accountRanges.import;
  const all = added + replaced;
  return (
    <section aria-label={words.found} className={classes["found"]}>
      <p role="status">{words.would(added, replaced)}</p>
      {differs.length === 0 ? null : (
        <>
          <p>{words.differs}</p>
          <LineErrors label={words.differsLabel} lines={differs} />
        </>
      )}
      {all === 0 ? null : (
        <Button loading={isBusy} onClick={onStore}>
          {words.store(all)}
        </Button>
      )}
    </section>
  );
}
