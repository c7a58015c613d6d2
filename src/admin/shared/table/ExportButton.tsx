import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTexts } from "../../texts/texts.ts";
import { ExportDialog, type Exported } from "./ExportDialog.tsx";
import type { Filter, ListSearch } from "./filters.ts";
import type { ListQuery } from "./listQuery.ts";

/** Leads to the list as a file: the rows that its filter finds now. */
export function ExportButton<Row>({
  what,
  search,
  filters,
  query,
}: {
  readonly what: Exported;
  readonly search: ListSearch;
  readonly filters: readonly Filter[];
  readonly query: ListQuery<Row>;
}) {
  const { exports, tables } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery({ ...query, enabled: isOpen });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden="true" />}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {exports.open}
      </Button>
      {isOpen && data !== undefined ? (
        <ExportDialog
          what={what}
          search={search}
          filters={filters}
          rows={tables.total(data.total, data.totalExact)}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  );
}
