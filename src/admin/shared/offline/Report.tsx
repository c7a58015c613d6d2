import { Link } from "@tanstack/react-router";
import type { ItemOf } from "../../api/answerOf.ts";
import { useTexts } from "../../texts/texts.ts";
import { word } from "../../texts/word.ts";
import { type Fact, Facts } from "../page/Facts.tsx";
import { SectionHead } from "../page/SectionHead.tsx";
import { Who } from "../people/Who.tsx";
import { Time } from "../time/Time.tsx";
import classes from "./Report.module.css";

type Operation = ItemOf<"/api/operations">;
type Told = NonNullable<Operation["offline"]>;

/** What a terminal told of an entry that it decided by itself, what is amiss with it, and who has looked at it. */
export function Report({ operation }: { readonly operation: Operation }) {
  const { offline: words, operationFilters } = useTexts();
  const { offline: told, type, flags } = operation;
  if (told === null || type === "ONLINE") return null;
  return (
    <>
      <p>{words.decided[type]}</p>
      <SectionHead title={words.amiss} />
      <Flags flags={flags} />
      <SectionHead title={words.report} />
      <Facts
        label={words.report}
        facts={[...factsOf(told, words), ...reviewOf(told, words, operationFilters.reviews)]}
      />
    </>
  );
}

export function Flags({ flags }: { readonly flags: readonly string[] }) {
  const { offline: words, operations } = useTexts();
  if (flags.length === 0) return <p className="second">{words.nothingAmiss}</p>;
  return (
    <ul className={classes["flags"]}>
      {flags.map((flag) => (
        <li key={flag}>
          <b>{word(operations.flags, flag)}</b>
          <span>{word(words.whys, flag)}</span>
        </li>
      ))}
    </ul>
  );
}

type Words = ReturnType<typeof useTexts>["offline"];

function factsOf(told: Told, words: Words): readonly Fact[] {
  return [
    [words.occurredAt, <Time key="value" at={told.occurredAt} />],
    [words.uncertainty, words.seconds(told.uncertaintySeconds)],
    [words.reportedAt, <Time key="value" at={told.reportedAt} />],
    [words.number, String(told.number)],
    [words.listVersion, told.listVersion === null ? null : <code key="value">{told.listVersion}</code>],
    [words.terminals, <bdi key="value">{told.terminals.join(", ")}</bdi>],
    [words.refusal, told.refusal === null ? null : <code key="value">{told.refusal}</code>],
    [words.grant, told.grant === null ? null : <Entries key="value" ids={[told.grant]} />],
    [words.overtakes, told.overtakes.length === 0 ? null : <Entries key="value" ids={told.overtakes} />],
  ];
}

function reviewOf(
  { review }: Told,
  words: Words,
  reviews: ReturnType<typeof useTexts>["operationFilters"]["reviews"],
): readonly Fact[] {
  if (review === null) return [];
  return [
    [words.fields.review, reviews[review.decision]],
    [words.reviewed, <Time key="value" at={review.at} />],
    [words.reviewedBy, <Who key="value" actor={review.by} />],
    [words.reviewReason, <bdi key="value">{review.reason}</bdi>],
  ];
}

/** Links to other operations. */
export function Entries({ ids }: { readonly ids: readonly string[] }) {
  return (
    <>
      {ids.map((accessId) => (
        <span key={accessId} className={classes["link"]}>
          <Link to="/operations/$accessId" params={{ accessId }}>
            <code>{accessId}</code>
          </Link>
        </span>
      ))}
    </>
  );
}
