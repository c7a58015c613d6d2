import { Link } from "@tanstack/react-router";
import { word } from "../../texts/word.ts";
import { useTexts } from "../../texts/texts.ts";
import type { NearMiss } from "./conditions.ts";
import classes from "./Decision.module.css";

/** Why each rule that was in force did not fit the card here. */
export function NearMisses({ misses }: { readonly misses: readonly NearMiss[] }) {
  const { decision } = useTexts();
  if (misses.length === 0) return null;
  return (
    <section className={classes["misses"]} aria-label={decision.misses.title}>
      <h4>{decision.misses.title}</h4>
      <ul>
        {misses.map((miss) => (
          <li key={miss.ruleset.id}>
            <Link to="/rulesets/$id" params={{ id: miss.ruleset.id }}>
              <bdi>{`${miss.ruleset.name} v${String(miss.ruleset.version)}`}</bdi>
            </Link>{" "}
            <Why miss={miss} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Why({ miss: { criterion, wanted, had } }: { readonly miss: NearMiss }) {
  const { decision, operations } = useTexts();
  const { misses } = decision;
  switch (criterion) {
    case "LOCATION":
    case "ACCOUNT_RANGE":
      return <span>{misses[criterion]}</span>;
    case "SERVICE": {
      const named = (service: string): string => word(operations.services, service);
      return <span>{misses.SERVICE(wanted.map(named).join(", "), had === null ? null : named(had))}</span>;
    }
    case "ICA":
    case "ISSUER_COUNTRY":
    case "PRODUCT":
      return <span>{misses[criterion](wanted.join(", "), had)}</span>;
  }
}
