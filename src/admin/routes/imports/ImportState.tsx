import { Status, type StatusProps } from "../../shared/status/Status.tsx";
import { useTexts } from "../../texts/texts.ts";
import type { ListedImport } from "./queries.ts";

const LOOK: Readonly<Record<ListedImport["state"], Omit<StatusProps, "word">>> = {
  RUNNING: { tone: "info", icon: "hourglass" },
  COMPLETED: { tone: "ok", icon: "check" },
  INTERRUPTED: { tone: "warn", icon: "pause" },
  FAILED: { tone: "bad", icon: "cross" },
};

export function ImportState({ state }: Pick<ListedImport, "state">) {
  const { states, stateHints } = useTexts().imports.history;
  return <Status {...LOOK[state]} word={states[state]} hint={stateHints[state]} />;
}
