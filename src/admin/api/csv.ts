/** A CSV file as a request takes it: it is sent as it lies there. @param intent for `Idempotency-Key`; null: a dry run */
export function csvOf(file: File, intent: string | null) {
  const named = fileNameOf(file);
  return {
    body: "",
    bodySerializer: () => file,
    headers: { "content-type": "text/csv" },
    params:
      intent === null
        ? { query: { ...named, dryRun: "true" as const } }
        : { query: named, header: { "Idempotency-Key": intent } },
  };
}

const MOST_LETTERS = 200;
const DIGITS_OF_A_CARD = 12;

/** A name with as many digits as a card number has may hold one, and is not told. */
function fileNameOf({ name }: File): { readonly fileName?: string } {
  const digits = name.replace(/\D/g, "").length;
  return name === "" || digits >= DIGITS_OF_A_CARD ? {} : { fileName: name.slice(0, MOST_LETTERS) };
}
