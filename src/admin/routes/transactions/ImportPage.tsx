import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type DragEvent, useRef, useState } from "react";
import { UnreachableError } from "../../api/problem.ts";
import { queryClient } from "../../api/queryClient.ts";
import classes from "../../shared/import/CsvImport.module.css";
import { LineErrors } from "../../shared/import/LineErrors.tsx";
import { Refused } from "../../shared/import/Refused.tsx";
import { Money } from "../../shared/money/Money.tsx";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { say } from "../../shared/page/toasts.ts";
import { DataTable } from "../../shared/table/DataTable.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import { importTransactions, progressQuery, type Reported } from "./queries.ts";

const COLUMNS = "transactionId,pan,type,refersTo,amount,currency,mcc,transactionAt,postedAt";

/** A file is looked at as soon as it is chosen or dropped; then its good lines are stored, and the bad ones told. */
export function ImportPage() {
  const { transactions, imports, shell } = useTexts();
  const words = transactions.import;
  const navigate = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const intent = useRef("");
  const looking = useMutation({ mutationFn: async (chosen: File) => await importTransactions(chosen, null) });
  const storing = useMutation({
    mutationFn: async (chosen: File) => await importTransactions(chosen, intent.current),
    onSuccess: async ({ stored, report }) => {
      await queryClient.invalidateQueries();
      say(words.done(stored));
      await navigate({ to: "/imports/$importId", params: { importId: report.importId ?? "" } });
    },
  });

  function choose(chosen: File | null): void {
    if (storing.isPending) return;
    setFile(chosen);
    storing.reset();
    looking.reset();
    intent.current = crypto.randomUUID();
    if (chosen !== null) looking.mutate(chosen);
  }

  const store = (): void => {
    if (file !== null && !storing.isPending) storing.mutate(file);
  };
  return (
    <>
      <PageHead title={words.title} crumbs={[{ to: "/transactions", label: shell.pages.transactions }]} />
      <p>{words.what}</p>
      <p>
        <code className={classes["columns"]}>{COLUMNS}</code>
      </p>
      <ChooseFile label={words.file} hint={words.drop} onChoose={choose} />
      {looking.isPending ? <p role="status">{imports.looking}</p> : null}
      <Refused error={storing.error ?? looking.error}>
        <GoOn error={storing.error} onAgain={store} />
      </Refused>
      {storing.isPending && file !== null ? <Running intent={intent.current} bytes={file.size} /> : null}
      {looking.data === undefined || storing.isPending ? null : (
        <WhatItHolds found={looking.data} onStore={store} />
      )}
    </>
  );
}

function ChooseFile({
  label,
  hint,
  onChoose,
}: {
  readonly label: string;
  readonly hint: string;
  readonly onChoose: (file: File | null) => void;
}) {
  const [isOver, setIsOver] = useState(false);
  function drop(event: DragEvent): void {
    event.preventDefault();
    setIsOver(false);
    onChoose(event.dataTransfer.files[0] ?? null);
  }
  return (
    <label
      className={`${classes["file"] ?? ""} ${classes["drop"] ?? ""}`}
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      <span>{label}</span>
      <input
        type="file"
        accept=".csv,.ndjson,.jsonl,text/csv,application/x-ndjson"
        onChange={({ currentTarget }) => onChoose(currentTarget.files?.[0] ?? null)}
      />
      <span className="meta">{hint}</span>
    </label>
  );
}

/** What broke off by the way may be gone on with. */
function GoOn({ error, onAgain }: { readonly error: Error | null; readonly onAgain: () => void }) {
  const words = useTexts().transactions.import;
  if (!(error instanceof UnreachableError)) return null;
  return (
    <>
      <p>{words.brokenOff}</p>
      <Button onClick={onAgain}>{words.goOn}</Button>
    </>
  );
}

function Running({ intent, bytes }: { readonly intent: string; readonly bytes: number }) {
  const words = useTexts().transactions.import;
  const { data } = useQuery(progressQuery(intent));
  const percent = Math.floor((100 * (data?.committedBytes ?? 0)) / Math.max(1, bytes));
  return (
    <section aria-label={words.progress} className={classes["found"]}>
      <p role="status">{words.running(data?.lines ?? 0, data?.bad ?? 0)}</p>
      <progress className={classes["progress"]} value={percent} max={100} aria-label={words.progress} />
    </section>
  );
}

function WhatItHolds({ found, onStore }: { readonly found: Reported; readonly onStore: () => void }) {
  const { imports, transactions } = useTexts();
  const { import: words, fields, types } = transactions;
  const { stored, ignored, report } = found;
  const bad = report.badLines.map(({ line, column, message }) => {
    return { pointer: `/${String(line)}/${column ?? ""}`, message };
  });
  return (
    <section aria-label={imports.found} className={classes["found"]}>
      <p role="status">
        {words.would(stored, ignored)} {report.bad > 0 ? words.bad(report.bad) : ""}
      </p>
      {report.first.length === 0 ? null : (
        <DataTable
          label={words.first}
          rows={report.first}
          rowKey={({ line }) => String(line)}
          columns={[
            { id: "line", header: imports.line, cell: ({ line }) => line, isNumber: true },
            {
              id: "transactionId",
              header: fields.transactionId,
              cell: (one) => <bdi>{one.transactionId}</bdi>,
            },
            {
              id: "card",
              header: fields.card,
              cell: ({ maskedPan, cardRef }) => <span className="mono">{maskedPan ?? cardRef}</span>,
            },
            { id: "type", header: fields.type, cell: ({ type }) => types[type] },
            {
              id: "amount",
              header: fields.amount,
              cell: ({ amount }) => <Money money={amount} />,
              isNumber: true,
            },
            { id: "mcc", header: fields.mcc, cell: ({ mcc }) => mcc },
            { id: "made", header: fields.made, cell: ({ transactionAt }) => <Time at={transactionAt} /> },
          ]}
        />
      )}
      {bad.length === 0 ? null : <LineErrors label={imports.wrongLabel} lines={bad} />}
      {stored + report.bad === 0 ? null : <Button onClick={onStore}>{words.store(stored)}</Button>}
    </section>
  );
}
