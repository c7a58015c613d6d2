import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { AnswerOf } from "../../api/answerOf.ts";
import { queryClient } from "../../api/queryClient.ts";
import { may } from "../../api/session.ts";
import { ProblemText } from "../../shared/form/FormProblem.tsx";
import { type Fact, Facts } from "../../shared/page/Facts.tsx";
import { say } from "../../shared/page/toasts.ts";
import { Status } from "../../shared/status/Status.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import classes from "./Pull.module.css";
import { pullNow, pullQuery } from "./queries.ts";

type State = AnswerOf<"/api/transactions/pull">;
type Last = NonNullable<State["last"]>;
type Words = Texts["transactions"]["pull"];

/** How far transactions were brought from the reward system, and what waits; nothing where none is connected and none waits. */
export function Pull() {
  const { pull } = useTexts().transactions;
  const { data } = useQuery(pullQuery);
  const pulling = useMutation({
    mutationFn: pullNow,
    onSuccess: async ({ last, running }) => {
      await queryClient.invalidateQueries({ queryKey: ["transactions"] });
      if (last?.outcome === "DONE")
        say(last.hasMore ? `${pull.done(last.stored)} ${pull.more}` : pull.done(last.stored));
      if (running) say(pull.running);
    },
  });
  if (data === undefined || (data.url === null && (data.waiting?.transactions ?? 0) === 0)) return null;
  return (
    <section aria-label={pull.title} className={classes["pull"]}>
      <Facts label={pull.title} facts={factsOf(data, pull)} />
      {pulling.error === null ? null : (
        <div role="alert">
          <ProblemText problem={pulling.error} />
        </div>
      )}
      {/* Whoever has a scope is told of nothing that waits, and pulls nothing. */}
      {data.url !== null && data.waiting !== null && may("transactions:write") ? (
        <Button
          className={classes["now"] ?? ""}
          variant="default"
          loading={pulling.isPending}
          onClick={() => pulling.mutate()}
        >
          {pull.now}
        </Button>
      ) : null}
    </section>
  );
}

function factsOf({ url, everySeconds, last, waiting }: State, words: Words): readonly Fact[] {
  const time = (at: string | null) => (at === null ? null : <Time key="value" at={at} seconds={false} />);
  return [
    ...(url === null ? [] : [[words.from, <code key="value">{url}</code>] as const]),
    ...(everySeconds === null ? [] : [[words.every, words.everySeconds(everySeconds)] as const]),
    ...(last === null
      ? []
      : ([
          [words.last, <LastTime key="value" last={last} words={words} />],
          [words.brought, time(last.movedAt)],
          [words.newest, time(last.newest)],
          ...(last.differing === 0 ? [] : [[words.differing, words.differs(last.differing)] as const]),
        ] as const)),
    ...(waiting === null
      ? []
      : [
          [
            words.waiting,
            <span key="value">
              {words.waits(waiting.transactions, waiting.cards)} {time(waiting.since)}
            </span>,
          ] as const,
        ]),
  ];
}

function LastTime({ last, words }: { readonly last: Last; readonly words: Words }) {
  const isDone = last.outcome === "DONE";
  return (
    <>
      <Status
        tone={isDone ? "ok" : "bad"}
        icon={isDone ? "check" : "cross"}
        word={words.outcomes[last.outcome]}
      />{" "}
      {last.status === null ? null : `${words.status(last.status)} `}
      <Time at={last.at} seconds={false} />
    </>
  );
}
