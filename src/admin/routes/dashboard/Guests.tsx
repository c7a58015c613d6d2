import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { DataTable } from "../../shared/table/DataTable.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { useTexts } from "../../texts/texts.ts";
import classes from "./dashboard.module.css";
import type { PartProps } from "./part.ts";

const KINDS = ["adultsFree", "adultsPaid", "childrenFree", "childrenPaid", "freeByAge"] as const;

/** Who came with the cardholders, by what they paid. */
export function Guests({ data }: PartProps) {
  const words = useTexts().dashboard.guests;
  const format = new Intl.NumberFormat(usePreferences().preferences.language);
  const columns = KINDS.map(
    (kind): Column<PartProps["data"]["figures"]["guests"]> => ({
      id: kind,
      header: words[kind],
      cell: (heads) => format.format(heads[kind]),
      isNumber: true,
    }),
  );
  return (
    <section className={classes["whole"]}>
      <SectionHead title={words.title} />
      <DataTable label={words.title} rows={[data.figures.guests]} rowKey={() => "guests"} columns={columns} />
    </section>
  );
}
