import { Status, type StatusProps } from "../../shared/status/Status.tsx";
import { useTexts } from "../../texts/texts.ts";
import type { Payment } from "./queries.ts";

const LOOKS: Readonly<Record<Payment["state"], Pick<StatusProps, "tone" | "icon">>> = {
  PENDING: { tone: "info", icon: "clock" },
  UNKNOWN: { tone: "warn", icon: "hourglass" },
  PAID: { tone: "ok", icon: "check" },
  FAILED: { tone: "bad", icon: "cross" },
  VOIDED: { tone: "mute", icon: "ban" },
  REFUND_PENDING: { tone: "info", icon: "clock" },
  REFUND_UNKNOWN: { tone: "warn", icon: "hourglass" },
  REFUND_FAILED: { tone: "bad", icon: "cross" },
  PARTIALLY_REFUNDED: { tone: "undo", icon: "back" },
  REFUNDED: { tone: "undo", icon: "back" },
};

export function StateOfPayment({ state }: Pick<Payment, "state">) {
  const { payments } = useTexts();
  return <Status {...LOOKS[state]} word={payments.states[state]} />;
}

export function WhoActs({ isOpen, waitsForPerson }: Pick<Payment, "isOpen" | "waitsForPerson">) {
  const { payments } = useTexts();
  if (waitsForPerson) return <Status tone="bad" icon="pause" word={payments.byPerson} />;
  return isOpen ? (
    <Status tone="info" icon="clock" word={payments.byItself} />
  ) : (
    <Status tone="mute" icon="dot" word={payments.nobody} />
  );
}
