import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { Facts } from "../../shared/page/Facts.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import type { Delivery } from "./queries.ts";
import { AnswerText } from "./state.tsx";
import classes from "./AttemptsDialog.module.css";

/** Every attempt that is kept, the newest first, and what was sent. */
export function AttemptsDialog({
  delivery,
  onClose,
}: {
  readonly delivery: Delivery;
  readonly onClose: () => void;
}) {
  const { webhooks } = useTexts();
  const words = webhooks.delivery;
  return (
    <Dialog onClose={onClose} title={webhooks.attempts}>
      <Facts
        label={webhooks.details}
        facts={[
          [words.type, <code key="value">{delivery.type}</code>],
          [words.messageId, <code key="value">{delivery.messageId}</code>],
          [words.position, delivery.position === null ? null : <code key="value">{delivery.position}</code>],
        ]}
      />
      {delivery.log.length === 0 ? (
        <p>{webhooks.noAttempts}</p>
      ) : (
        <ol reversed className={classes["lines"]}>
          {delivery.log.toReversed().map((line) => (
            <li key={line.at}>
              <Time at={line.at} /> · <AnswerText line={line} /> · {webhooks.ms(line.ms)}
              {line.answer === null || line.answer === "" ? null : (
                <pre className={classes["text"]}>{line.answer}</pre>
              )}
            </li>
          ))}
        </ol>
      )}
      <h3>{webhooks.body}</h3>
      <pre className={classes["text"]}>{JSON.stringify(delivery.body, null, 2)}</pre>
    </Dialog>
  );
}
