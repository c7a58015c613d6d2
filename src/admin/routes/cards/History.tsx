import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { may } from "../../api/session.ts";
import { Acts } from "../../shared/history/Acts.tsx";
import { useTexts } from "../../texts/texts.ts";
import { historyQuery, type PastAct } from "./queries.ts";

/** What was done to the card beside its visits: by whom, when and why. */
export function History({ cardId }: { readonly cardId: string }) {
  const { history } = useTexts().cards;
  const query = useInfiniteQuery(historyQuery(cardId));
  return (
    <Acts
      title={history.title}
      none={history.none}
      byItself={history.byItself}
      query={query}
      what={(act) => <Done act={act} />}
    />
  );
}

function Done({ act: { act, adjustment, cardId, differences } }: { readonly act: PastAct }) {
  const { history } = useTexts().cards;
  if (adjustment !== null) {
    const { rulesetId, rulesetName, free, paid } = adjustment;
    const name = <bdi>{rulesetName ?? rulesetId}</bdi>;
    return (
      <>
        {act === "ADJUSTED" ? null : `${history.acts[act]}: `}
        {history.adjusted(free, paid)}
        {", "}
        {may("rulesets:read") ? (
          <Link to="/rulesets/$id" params={{ id: rulesetId }}>
            {name}
          </Link>
        ) : (
          name
        )}
      </>
    );
  }
  return (
    <>
      {history.acts[act]}
      {differences === null
        ? null
        : `: ${differences.length === 0 ? history.noDifference : differences.map((one) => history.differences[one]).join(", ")}`}
      {cardId === null ? null : (
        <>
          {" "}
          <Link to="/cards/$cardId" params={{ cardId }}>
            <code>{cardId}</code>
          </Link>
        </>
      )}
    </>
  );
}
