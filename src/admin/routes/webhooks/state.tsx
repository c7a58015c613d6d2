import { Status } from "../../shared/status/Status.tsx";
import { useTexts } from "../../texts/texts.ts";
import type { Delivery, Webhook } from "./queries.ts";

export function WebhookState({ webhook: { enabled, standing } }: { readonly webhook: Webhook }) {
  const { states } = useTexts().webhooks;
  if (!enabled) return <Status tone="mute" icon="pause" word={states.disabled} />;
  if (standing.downSince !== null) return <Status tone="bad" icon="unplugged" word={states.down} />;
  return <Status tone="ok" icon="check" word={states.enabled} />;
}

const SHOWN = {
  WAITING: { tone: "info", icon: "clock" },
  DELIVERED: { tone: "ok", icon: "check" },
  DEAD: { tone: "bad", icon: "cross" },
} as const;

export function DeliveryState({ state }: { readonly state: Delivery["state"] }) {
  const { deliveryStates } = useTexts().webhooks;
  return <Status {...SHOWN[state]} word={deliveryStates[state]} />;
}

/** What an attempt came to, in words. */
export function AnswerText({ line }: { readonly line: Delivery["log"][number] }) {
  const { webhooks } = useTexts();
  const { failure } = line;
  if (failure === null)
    return <>{line.status === null ? webhooks.noAnswer : `HTTP ${String(line.status)}`}</>;
  const words: Readonly<Record<string, string>> = webhooks.failures;
  return <>{words[failure] ?? failure}</>;
}
