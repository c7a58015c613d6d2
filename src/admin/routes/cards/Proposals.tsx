import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { Who } from "../../shared/people/Who.tsx";
import { useTexts } from "../../texts/texts.ts";
import { proposalsQuery } from "./queries.ts";

/** Visits that were proposed for the card, and wait for another person; nothing where none are. */
export function Proposals({ cardId }: { readonly cardId: string }) {
  const { adjust, history } = useTexts().cards;
  const { data = [] } = useQuery(proposalsQuery(cardId));
  if (data.length === 0) return null;
  return (
    <section aria-label={adjust.waiting}>
      <SectionHead title={adjust.waiting}>
        <Link to="/adjustments" search={{ cardId }}>
          {adjust.all}
        </Link>
      </SectionHead>
      <ul>
        {data.map(({ id, free, paid, rulesetName, rulesetId, reason, by }) => (
          <li key={id}>
            {history.adjusted(free, paid)}, <bdi>{rulesetName ?? rulesetId}</bdi>: <bdi>{reason}</bdi> (
            <Who actor={by} />)
          </li>
        ))}
      </ul>
    </section>
  );
}
