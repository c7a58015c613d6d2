import { Status, type StatusProps } from "../../shared/status/Status.tsx";
import { useTexts } from "../../texts/texts.ts";
import type { Operation } from "./queries.ts";

const LOOKS: Readonly<Record<Operation["status"], Pick<StatusProps, "tone" | "icon">>> = {
  COMPLETED: { tone: "ok", icon: "check" },
  PENDING: { tone: "info", icon: "clock" },
  REJECTED: { tone: "bad", icon: "cross" },
  REVERSED: { tone: "undo", icon: "back" },
  CANCELLED: { tone: "mute", icon: "ban" },
  EXPIRED: { tone: "mute", icon: "hourglass" },
};

export function OperationStatus({ status }: Pick<Operation, "status">) {
  const { operations } = useTexts();
  return <Status {...LOOKS[status]} word={operations.statuses[status]} />;
}
