import { DataTable } from "../../shared/table/DataTable.tsx";
import { useTexts } from "../../texts/texts.ts";
import type { LineError } from "./queries.ts";

/** Lines of a file of which something is said. */
export function LineErrors({
  label,
  lines,
}: {
  readonly label: string;
  readonly lines: readonly LineError[];
}) {
  const words = useTexts().accountRanges.import;
  const rows = lines.map(({ pointer, message }, index) => {
    const [, line = "", column = ""] = pointer.split("/");
    return { index, line, column, message };
  });
  return (
    <DataTable
      label={label}
      rows={rows}
      rowKey={({ index }) => String(index)}
      columns={[
        { id: "line", header: words.line, cell: ({ line }) => line, isNumber: true },
        { id: "column", header: words.column, cell: ({ column }) => <code>{column || "–"}</code> },
        { id: "message", header: words.message, cell: ({ message }) => message },
      ]}
    />
  );
}
