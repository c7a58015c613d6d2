import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { queryClient } from "../../api/queryClient.ts";
import { ProblemText } from "../../shared/form/FormProblem.tsx";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { say } from "../../shared/page/toasts.ts";
import { DateTimeField } from "../../shared/time/DateTimeField.tsx";
import { useTexts } from "../../texts/texts.ts";
import { moveClock } from "./queries.ts";
import classes from "./SystemPage.module.css";

const STEPS = ["PT5M", "PT1H", "P1D", "P7D", "P30D"] as const;

/** The business time of a test installation: it goes forward only. */
export function TestClock({ now }: { readonly now: string }) {
  const { clock } = useTexts().system;
  const [target, setTarget] = useState<string | null>(null);
  const moving = useMutation({
    mutationFn: async (to: { readonly advance: string } | { readonly now: string }) =>
      await moveClock(to, crypto.randomUUID()),
    onSuccess: async () => {
      setTarget(null);
      await queryClient.invalidateQueries();
      say(clock.moved);
    },
  });
  return (
    <>
      <SectionHead title={clock.title} />
      <p className="second">{clock.why}</p>
      {moving.error === null ? null : (
        <div role="alert">
          <ProblemText problem={moving.error} />
        </div>
      )}
      <div className={classes["clock"]} role="group" aria-label={clock.title}>
        {STEPS.map((step) => (
          <Button
            key={step}
            variant="default"
            disabled={moving.isPending}
            onClick={() => moving.mutate({ advance: step })}
          >
            {clock.steps[step]}
          </Button>
        ))}
        <DateTimeField key={now} label={clock.target} value={target} onChange={setTarget} />
        <Button
          disabled={target === null || moving.isPending}
          onClick={() => {
            if (target !== null) moving.mutate({ now: target });
          }}
        >
          {clock.set}
        </Button>
      </div>
    </>
  );
}
