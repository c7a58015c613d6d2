import { Link } from "@tanstack/react-router";
import { Money } from "../../../shared/money/Money.tsx";
import type { Column } from "../../../shared/table/columns.ts";
import { DataTable } from "../../../shared/table/DataTable.tsx";
import { Time } from "../../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../../texts/texts.ts";
import type { SpendEvidence } from "../queries.ts";
import classes from "./Spend.module.css";

type Line = SpendEvidence["lines"][number];

/** How one rule's condition on spend was judged: which transactions are in the sum, which are not, and why. */
export function Spend({ evidence, name }: { readonly evidence: SpendEvidence; readonly name: string }) {
  const { operation } = useTexts();
  const words = operation.spend;
  const { required, pass, sum, sumNow, metAt, from, to, lines, left } = evidence;
  return (
    <>
      <h3 className={classes["name"]}>
        <bdi>{name}</bdi>
      </h3>
      <p className={classes["answer"]}>
        {words.wanted(required.days, required.graceDays)} <Money money={required.amount} />
        {required.mccs === null ? null : ` ${words.of(required.mccs)}`}. {words.counted} <Money money={sum} />
        , <Time at={from} /> – <Time at={to} />: <strong>{pass ? words.reached : words.short}</strong>
        {metAt === null ? null : (
          <>
            {" "}
            ({words.metAt} <Time at={metAt} />)
          </>
        )}
        .
      </p>
      {sumNow.amount === sum.amount ? null : (
        <p role="note" className={classes["answer"]}>
          {words.differs} <Money money={sumNow} />.
        </p>
      )}
      <DataTable label={words.label(name)} rows={lines} rowKey={keyOf} columns={columns(operation)} />
      {left === 0 ? null : <p className="second">{words.left(left)}</p>}
    </>
  );
}

/** A purchase may have a line in each of several currencies, and one for what came before it. */
function keyOf({ id, net, parts }: Line): string {
  return [id, net.currency, ...parts.map((part) => part.id)].join(" ");
}

function columns(texts: Texts["operation"]): readonly Column<Line>[] {
  const { transaction, spend } = texts;
  return [
    { id: "id", header: transaction.id, cell: (line) => <Made line={line} words={spend} /> },
    {
      id: "outcome",
      header: spend.outcome,
      cell: ({ outcome }) => <div className={classes["cell"]}>{spend.outcomes[outcome]}</div>,
    },
    { id: "net", header: transaction.net, cell: ({ net }) => <Money money={net} />, isNumber: true },
    {
      id: "counted",
      header: spend.inSum,
      cell: ({ counted, rate }) => (
        <div>
          {counted === null ? "–" : <Money money={counted} />}
          {rate === null ? null : <span className={classes["part"]}>{rate}</span>}
        </div>
      ),
      isNumber: true,
    },
  ];
}

/** The purchase, and beneath it what was given back of it. */
function Made({ line, words }: { readonly line: Line; readonly words: Texts["operation"]["spend"] }) {
  const others = line.parts.filter(({ id }) => id !== line.id);
  return (
    <div className={classes["cell"]}>
      <Link to="/transactions" search={{ transactionId: line.id }}>
        <bdi>{line.id}</bdi>
      </Link>
      <span className={classes["part"]}>
        <Time at={line.at} seconds={false} zoneName={false} />, {words.mcc} {line.mcc}
      </span>
      {others.map(({ id, type, amount, at }) => (
        <span key={id} className={classes["part"]}>
          {words.types[type]} <bdi>{id}</bdi>: <Money money={amount} />,{" "}
          <Time at={at} seconds={false} zoneName={false} />
        </span>
      ))}
    </div>
  );
}
