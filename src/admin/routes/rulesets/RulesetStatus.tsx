import { businessNow } from "../../api/session.ts";
import { Status } from "../../shared/status/Status.tsx";
import { useTexts } from "../../texts/texts.ts";
import type { RulesetItem } from "./queries.ts";

type State = "DRAFT" | "SCHEDULED" | "IN_FORCE" | "ENDED" | "RETIRED";

type Lived = Pick<RulesetItem, "status" | "inForceFrom" | "inForceTo" | "validTo">;

/** Where it stands at a time. @param now milliseconds */
export function stateOf({ status, inForceFrom, inForceTo, validTo }: Lived, now: number): State {
  if (status !== "PUBLISHED") return status;
  if (inForceFrom !== null && Date.parse(inForceFrom) > now) return "SCHEDULED";
  const ends = [inForceTo, validTo].filter((end) => end !== null);
  return ends.some((end) => Date.parse(end) <= now) ? "ENDED" : "IN_FORCE";
}

const LOOKS = {
  DRAFT: { tone: "mute", icon: "pencil" },
  SCHEDULED: { tone: "info", icon: "clock" },
  IN_FORCE: { tone: "ok", icon: "check" },
  ENDED: { tone: "mute", icon: "hourglass" },
  RETIRED: { tone: "mute", icon: "ban" },
} as const;

export function RulesetStatus({ ruleset }: { readonly ruleset: Lived }) {
  const { statuses } = useTexts().rulesets;
  const state = stateOf(ruleset, businessNow());
  return <Status {...LOOKS[state]} word={statuses[state]} />;
}
