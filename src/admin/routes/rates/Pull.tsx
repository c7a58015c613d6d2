import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { may } from "../../api/session.ts";
import { queryClient } from "../../api/queryClient.ts";
import { ProblemText } from "../../shared/form/FormProblem.tsx";
import { Facts } from "../../shared/page/Facts.tsx";
import { say } from "../../shared/page/toasts.ts";
import { Status } from "../../shared/status/Status.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import classes from "./Pull.module.css";
import { pullRatesNow, ratePullQuery } from "./queries.ts";

/** Where rates are fetched from, and what came of it last; nothing where they are brought by hand. */
export function Pull() {
  const { pull } = useTexts().rates;
  const { data } = useQuery(ratePullQuery);
  const fetching = useMutation({
    mutationFn: pullRatesNow,
    onSuccess: async ({ last }) => {
      await queryClient.invalidateQueries({ queryKey: ["rates"] });
      if (last?.outcome === "DONE") say(pull.done(last.stored));
    },
  });
  if (data === undefined || data.url === null) return null;
  const { url, last } = data;
  return (
    <section aria-label={pull.title} className={classes["pull"]}>
      <Facts
        label={pull.title}
        facts={[
          [pull.from, <code key="value">{url}</code>],
          [
            pull.last,
            last === null ? null : (
              <span key="value">
                <Status
                  tone={last.outcome === "DONE" ? "ok" : "bad"}
                  icon={last.outcome === "DONE" ? "check" : "cross"}
                  word={pull.outcomes[last.outcome]}
                />{" "}
                <Time at={last.at} seconds={false} zoneName={false} />
              </span>
            ),
          ],
          ...(last?.detail == null ? [] : [[pull.why, <code key="value">{last.detail}</code>] as const]),
          [pull.until, last?.until ?? null],
        ]}
      />
      {fetching.error === null ? null : (
        <div role="alert">
          <ProblemText problem={fetching.error} />
        </div>
      )}
      {may("rates:write") ? (
        <Button
          className={classes["now"] ?? ""}
          variant="default"
          loading={fetching.isPending}
          onClick={() => fetching.mutate()}
        >
          {pull.now}
        </Button>
      ) : null}
    </section>
  );
}
