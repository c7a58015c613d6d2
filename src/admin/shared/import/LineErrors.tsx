import { DataTable } from "../table/DataTable.tsx";
import { useTexts } from "../../texts/texts.ts";

/** `pointer` is `/line/column`. */
export interface LineError {
  readonly pointer: string;
  readonly message: string;
}

/** Lines of a file of which something is said. */
export function LineErrors({
  label,
  lines,
}: {
  readonly label: string;
  readonly lines: readonly LineError[];
}) {
  const words = useTexts().imports;
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
