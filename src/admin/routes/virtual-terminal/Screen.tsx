import { ApiProblem } from "../../api/problem.ts";
import { ProblemText } from "../../shared/form/FormProblem.tsx";
import { formatMoney, type MoneyText } from "../../shared/money/format.ts";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { Status } from "../../shared/status/Status.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import type { Visit } from "./visit.ts";
import classes from "./VirtualTerminal.module.css";

/** The terminal's screen: what the server gave it to show, and what it knows itself. */
export function Screen({
  visit,
  problem,
  isBusy,
  language,
}: {
  readonly visit: Visit;
  readonly problem: Error | null;
  readonly isBusy: boolean;
  readonly language: string;
}) {
  return (
    <div className={classes["screen"]} role="status" aria-busy={isBusy}>
      {problem === null ? <Shown visit={visit} language={language} /> : <Trouble problem={problem} />}
    </div>
  );
}

function Trouble({ problem }: { readonly problem: Error }) {
  const { screen } = useTexts().virtualTerminal;
  const isStranger = problem instanceof ApiProblem && problem.status === 401;
  return (
    <>
      <Status tone="bad" icon="cross" word={screen.trouble} />
      {isStranger ? <p>{screen.stranger}</p> : <ProblemText problem={problem} />}
    </>
  );
}

function Shown({ visit, language }: { readonly visit: Visit; readonly language: string }) {
  const { virtualTerminal, codes, operations } = useTexts();
  const { screen } = virtualTerminal;
  const money = useMoney();
  switch (visit.kind) {
    case "idle":
      return <p className={classes["message"]}>{screen.ready}</p>;
    case "granted": {
      const { answer, quote } = visit;
      const { cardholder } = answer;
      return (
        <>
          <Status tone="ok" icon="check" word={screen.granted} />
          <p className={classes["message"]} lang={language}>
            {answer.message}
          </p>
          <p className="meta">
            {cardholder.fee === null ? screen.cardholderFree : screen.cardholderPays(money(cardholder.fee))}
          </p>
          {quote === null ? null : (
            <p>{quote.total === null ? screen.nothingDue : screen.due(money(quote.total))}</p>
          )}
          <p className="meta">
            {screen.confirmUntil} <Time at={answer.expiresAt} />
          </p>
        </>
      );
    }
    case "rejected": {
      const { answer } = visit;
      return (
        <>
          <Status tone="bad" icon="cross" word={screen.rejected} />
          <p className={classes["message"]} lang={language}>
            {answer.message}
          </p>
          <p className="meta">
            {codes[answer.code]} <code>{answer.code}</code>
          </p>
          {answer.nextFreeAt === null ? null : (
            <p className="meta">
              {screen.nextFree} <Time at={answer.nextFreeAt} />
            </p>
          )}
        </>
      );
    }
    case "confirmed": {
      const { charged, allocation } = visit.answer;
      const { adults, children, freeChildren } = allocation;
      const heads = adults.free + adults.paid + children.free + children.paid + freeChildren;
      return (
        <>
          <Status tone="ok" icon="check" word={screen.confirmed} />
          <p className={classes["message"]}>{screen.guestsIn(heads)}</p>
          <p>{charged === null ? screen.nothingDue : screen.charged(money(charged))}</p>
        </>
      );
    }
    case "cancelled":
      return <p className={classes["message"]}>{screen.cancelled}</p>;
    case "unheard":
      return (
        <>
          <Status tone="warn" icon="unplugged" word={screen.unheard} />
          <p>{screen.unheardWhy}</p>
        </>
      );
    case "found":
      return (
        <>
          <p className={classes["message"]}>{screen.found}</p>
          <p>{operations.statuses[visit.entry.status]}</p>
        </>
      );
  }
}

function useMoney(): (money: MoneyText) => string {
  const { preferences } = usePreferences();
  return (money) => formatMoney(money, preferences.language);
}
