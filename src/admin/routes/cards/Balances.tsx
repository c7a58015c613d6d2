import { may } from "../../api/session.ts";
import { DataTable } from "../../shared/table/DataTable.tsx";
import { MaybeTime, Time } from "../../shared/time/Time.tsx";
import { windowInWords } from "../../shared/windows/words.ts";
import { useTexts } from "../../texts/texts.ts";
import type { Limit } from "./queries.ts";
import classes from "./cards.module.css";

/** What is left of each rule that is for cards like this one. */
export function Balances({ limits }: { readonly limits: readonly Limit[] }) {
  const { cards, windows } = useTexts();
  const { balances } = cards;
  if (limits.length === 0) return <p className="second">{balances.none}</p>;
  return (
    <DataTable
      label={balances.title}
      rows={limits}
      rowKey={({ rulesetId }) => rulesetId}
      {...(may("rulesets:read")
        ? { rowLink: ({ rulesetId }: Limit) => ({ to: "/rulesets/$id", params: { id: rulesetId } }) }
        : {})}
      columns={[
        { id: "rule", header: balances.rule, cell: ({ name }) => <bdi>{name}</bdi> },
        {
          id: "window",
          header: balances.window,
          cell: ({ window, to }) => (
            <div className={classes["wraps"]}>
              {windowInWords(window, windows)}
              {window?.kind === "CALENDAR" && to !== null ? (
                <span className="meta">
                  {", "}
                  {cards.until} <Time at={to} seconds={false} />
                </span>
              ) : null}
            </div>
          ),
        },
        { id: "free", header: balances.free, cell: (limit) => <Left limit={limit} kind="free" /> },
        { id: "paid", header: balances.paid, cell: (limit) => <Left limit={limit} kind="paid" /> },
        {
          id: "guests",
          header: balances.guests,
          cell: ({ guests }) => (guests.max === "UNLIMITED" ? balances.unlimited : guests.max),
          isNumber: true,
        },
        {
          id: "next",
          header: balances.next,
          cell: ({ available }) => <MaybeTime at={available.nextFreeAt} />,
        },
      ]}
    />
  );
}

function Left({ limit, kind }: { readonly limit: Limit; readonly kind: "free" | "paid" }) {
  const { balances } = useTexts().cards;
  const left = limit.available[kind];
  const allowed = limit.allowed[kind];
  const used = limit.used[kind];
  if (allowed === "UNLIMITED" || left === "UNLIMITED") return <span>{balances.usedUnlimited(used)}</span>;
  if (allowed === 0 && used === 0) return <span className="second">{balances.noneAllowed}</span>;
  const share = allowed === 0 ? 100 : Math.min(100, (100 * used) / allowed);
  return (
    <div>
      {balances.left(left, allowed)}
      <div className={classes["bar"]} aria-hidden="true">
        <div style={{ width: `${String(share)}%` }} />
      </div>
    </div>
  );
}
