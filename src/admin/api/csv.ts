/** A CSV file as a request takes it: it is sent as it lies there. @param intent for `Idempotency-Key`; null: a dry run */
export function csvOf(file: File, intent: string | null) {
  return {
    body: "",
    bodySerializer: () => file,
    headers: { "content-type": "text/csv" },
    params:
      intent === null ? { query: { dryRun: "true" as const } } : { header: { "Idempotency-Key": intent } },
  };
}
