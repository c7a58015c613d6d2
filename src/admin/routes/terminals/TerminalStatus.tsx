import { Status } from "../../shared/status/Status.tsx";
import { useTexts } from "../../texts/texts.ts";
import type { Terminal } from "./queries.ts";

/** Whether it can ask, and if not why. */
export function TerminalStatus({ status, state }: Pick<Terminal, "status" | "state">) {
  const { terminal } = useTexts().places;
  if (state === "SUSPENDED") return <Status tone="warn" icon="ban" word={terminal.states.SUSPENDED} />;
  return status === "PAIRED" ? (
    <Status tone="ok" icon="check" word={terminal.statuses.PAIRED} />
  ) : (
    <Status tone="mute" icon="unplugged" word={terminal.statuses.NOT_PAIRED} />
  );
}
