/** What a command answers: lines for people, or with `--json` one object for programs. */
export type AnswerWith = (fields: Readonly<Record<string, unknown>>, ...lines: readonly string[]) => void;

export function answerBy(write: (line: string) => void, isJson: () => boolean): AnswerWith {
  return (fields, ...lines) => {
    if (isJson()) write(JSON.stringify(fields));
    else for (const line of lines) write(line);
  };
}

/** Columns as wide as their widest cell; the last one ends where it ends. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
