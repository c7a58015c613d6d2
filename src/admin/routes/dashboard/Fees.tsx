import { Link } from "@tanstack/react-router";
import { Money } from "../../shared/money/Money.tsx";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { DataTable } from "../../shared/table/DataTable.tsx";
import { useTexts } from "../../texts/texts.ts";
import classes from "./dashboard.module.css";
import { listOf } from "./links.ts";
import type { PartProps } from "./part.ts";

/** What was charged, and went back, by currency and payment: currencies are never added. */
export function Fees({ data, search }: PartProps) {
  const { dashboard, operations } = useTexts();
  const words = dashboard.fees;
  const payments: Readonly<Record<string, string>> = operations.payments;
  return (
    <section className={classes["whole"]}>
      <SectionHead title={words.title} />
      {data.fees.length === 0 ? (
        <p className="second">{words.none}</p>
      ) : (
        <DataTable
          label={words.title}
          rows={data.fees}
          rowKey={({ currency, paymentStatus }) => `${currency} ${paymentStatus}`}
          columns={[
            { id: "currency", header: words.currency, cell: ({ currency }) => currency },
            {
              id: "status",
              header: words.status,
              cell: ({ paymentStatus }) => payments[paymentStatus] ?? paymentStatus,
            },
            {
              id: "operations",
              header: words.operations,
              isNumber: true,
              cell: ({ currency, paymentStatus, operations: count }) => (
                <Link
                  to="/operations"
                  search={listOf(search, data, {
                    status: ["COMPLETED", "REVERSED"],
                    currency: [currency],
                    paymentStatus: [paymentStatus],
                  })}
                >
                  {count}
                </Link>
              ),
            },
            {
              id: "charged",
              header: words.charged,
              isNumber: true,
              cell: ({ charged }) => <Money money={charged} />,
            },
            {
              id: "refunded",
              header: words.refunded,
              isNumber: true,
              cell: ({ refunded }) => <Money money={refunded} />,
            },
            { id: "net", header: words.net, isNumber: true, cell: ({ net }) => <Money money={net} /> },
          ]}
        />
      )}
    </section>
  );
}
