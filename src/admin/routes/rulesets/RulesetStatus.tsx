import { Status } from "../../shared/status/Status.tsx";
import { useTexts } from "../../texts/texts.ts";
import type { RulesetItem } from "./queries.ts";

const LOOKS = {
  DRAFT: { tone: "mute", icon: "pencil" },
  SCHEDULED: { tone: "info", icon: "clock" },
  IN_FORCE: { tone: "ok", icon: "check" },
  ENDED: { tone: "mute", icon: "hourglass" },
  RETIRED: { tone: "mute", icon: "ban" },
} as const;

export function RulesetStatus({ phase }: Pick<RulesetItem, "phase">) {
  const { statuses } = useTexts().rulesets;
  return <Status {...LOOKS[phase]} word={statuses[phase]} />;
}
