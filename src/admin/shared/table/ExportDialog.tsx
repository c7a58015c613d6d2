import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { Dialog } from "../dialog/Dialog.tsx";
import { usePreferences } from "../page/preferencesContext.ts";
import { zoneOf } from "../preferences.ts";
import type { Filter, ListSearch } from "./filters.ts";
import { listQueryOf } from "./listQuery.ts";
import { useTexts } from "../../texts/texts.ts";
import classes from "./ExportDialog.module.css";

const FORMATS = ["csv", "xlsx", "json"] as const;
/** Lists that can be had as a file. */
export type Exported = "operations" | "cards";

const DETAILS = ["SUMMARY", "DETAILED"] as const;

/** The list's rows as a file: exactly what its filter finds. */
export function ExportDialog({
  what,
  search,
  filters,
  rows,
  onClose,
}: {
  readonly what: Exported;
  readonly search: ListSearch;
  readonly filters: readonly Filter[];
  /** How many the filter finds, in words. */
  readonly rows: string;
  readonly onClose: () => void;
}) {
  const { exports, shell } = useTexts();
  const { preferences } = usePreferences();
  const zone = zoneOf(preferences);
  const [format, setFormat] = useState<string>("csv");
  const [detail, setDetail] = useState<string>("SUMMARY");
  const hasDetail = what === "operations";
  const { limit: _limit, cursor: _cursor, ...filter } = listQueryOf(search, filters);
  const query = new URLSearchParams(
    Object.entries({ ...filter, format, timeZone: zone, ...(hasDetail ? { detail } : {}) }).flatMap(
      ([name, value]) => [value].flat().map((one): [string, string] => [name, one]),
    ),
  );
  return (
    <Dialog title={exports.titles[what]} onClose={onClose}>
      <div className={classes["body"]}>
        <p>{exports.what[what](rows)}</p>
        <NativeSelect
          label={exports.format}
          value={format}
          onChange={({ currentTarget }) => setFormat(currentTarget.value)}
          data={FORMATS.map((value) => ({ value, label: exports.formats[value] }))}
        />
        {hasDetail ? (
          <NativeSelect
            label={exports.detail}
            value={detail}
            onChange={({ currentTarget }) => setDetail(currentTarget.value)}
            data={DETAILS.map((value) => ({ value, label: exports.details[value] }))}
          />
        ) : null}
        <p className="second">{exports.zone(zone)}</p>
        <div className={classes["foot"]}>
          {/* The browser saves it as it comes: nothing of it is kept in the page. */}
          <Button component="a" href={`/api/exports/${what}?${query.toString()}`} download onClick={onClose}>
            {exports.save}
          </Button>
          <Button variant="default" onClick={onClose}>
            {shell.cancel}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
