import { Time } from "../../../shared/time/Time.tsx";
import { actorText } from "../../../shared/people/actorText.ts";
import { useTexts } from "../../../texts/texts.ts";
import type { OperationDetails } from "../queries.ts";
import classes from "./Life.module.css";

interface Moment {
  readonly at: string;
  readonly what: string;
  readonly who: string | null;
}

/** What became of the tap, in the order in which it happened. */
export function Life({ operation }: { readonly operation: OperationDetails }) {
  const { operation: words } = useTexts();
  return (
    <ol className={classes["life"]}>
      {useMoments(operation).map(({ at, what, who }, index) => (
        <li key={`${at} ${String(index)}`}>
          <Time at={at} />
          <span>
            {what}
            {who === null ? null : (
              <span className="second">
                {" "}
                <bdi>{words.by(who)}</bdi>
              </span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

function useMoments(operation: OperationDetails): readonly Moment[] {
  const texts = useTexts();
  const { operation: words } = texts;
  const { status, at, confirmedAt, expiresAt, lastChangeAt, corrections, reversal } = operation;
  const moments: Moment[] = [
    { at, what: status === "REJECTED" ? words.refusedAt : words.granted, who: operation.terminal },
  ];
  if (confirmedAt !== null) moments.push({ at: confirmedAt, what: words.confirmed, who: operation.terminal });
  for (const { at: when, by, removed } of corrections) {
    const guests = removed.adults + removed.children + removed.freeChildren;
    moments.push({ at: when, what: words.corrected(guests), who: actorText(by, texts) });
  }
  if (reversal !== null)
    moments.push({ at: reversal.at, what: words.reversed, who: actorText(reversal.by, texts) });
  if (status === "CANCELLED")
    moments.push({ at: lastChangeAt, what: words.cancelled, who: operation.terminal });
  if (status === "EXPIRED" && expiresAt !== null)
    moments.push({ at: expiresAt, what: words.expired, who: null });
  return moments;
}
