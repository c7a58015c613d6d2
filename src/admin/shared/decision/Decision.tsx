import { useMemo } from "react";
import { usePreferences } from "../page/preferencesContext.ts";
import { formatMoney } from "../money/format.ts";
import { zoneOf } from "../preferences.ts";
import { Status } from "../status/Status.tsx";
import { formatInstant } from "../time/format.ts";
import { useTexts } from "../../texts/texts.ts";
import { type Decided, isKnown, type Speech, STAGES, type StageName, type TraceStep } from "./conditions.ts";
import { plain } from "./read.ts";
import { RENDERERS } from "./renderers.ts";
import { NearMisses } from "./NearMisses.tsx";
import classes from "./Decision.module.css";

/** A decision as it was made: stage by stage, each condition with what it wanted and what it saw. */
export function Decision({ decided }: { readonly decided: Decided }) {
  const { decision } = useTexts();
  const { trace, isGranted, nearMisses } = decided;
  // The stages before those that were looked at have passed without a line of their own.
  const last = trace.length === 0 ? 0 : Math.max(...trace.map((step) => stageOf(step)));
  return (
    <ol className={classes["stages"]}>
      {STAGES.map(({ name }, index) => {
        const steps = trace.filter((step) => stageOf(step) === index);
        const isReached = index <= last;
        const passed = isReached && steps.every(({ pass }) => pass);
        return (
          <li key={name} className={isReached ? undefined : classes["grey"]}>
            <div className={classes["stage"]}>
              <h3>{decision.stages[name]}</h3>
              {isReached ? (
                <Verdict pass={passed || (name === "ruleset" && isGranted)} />
              ) : (
                <span className="second">{isGranted ? decision.notAsked : decision.notLookedAt}</span>
              )}
            </div>
            {name === "ruleset" ? <Rulesets decided={decided} steps={steps} /> : <Steps steps={steps} />}
            {name === "rules" ? <NearMisses misses={nearMisses} /> : null}
          </li>
        );
      })}
    </ol>
  );
}

function stageOf({ condition }: TraceStep): number {
  const index = STAGES.findIndex(({ conditions }) => conditions.some((one) => one === condition));
  // What a newer server looks at stands with the ruleset's own.
  return index === -1 ? indexOf("ruleset") : index;
}

function indexOf(stage: StageName): number {
  return STAGES.findIndex(({ name }) => name === stage);
}

/** One block a ruleset, in the order in which they were looked at. */
function Rulesets({
  decided: { decidedBy, rulesets },
  steps,
}: {
  readonly decided: Decided;
  readonly steps: readonly TraceStep[];
}) {
  const { decision } = useTexts();
  const ids = [...new Set(steps.map(({ rulesetId }) => rulesetId))];
  return ids.map((id) => {
    const named = rulesets.find((one) => one.id === id);
    return (
      <section key={id} className={classes["ruleset"]}>
        <h4>
          {named === undefined ? <code>{id}</code> : <bdi>{`${named.name} v${String(named.version)}`}</bdi>}
          {id === decidedBy ? <span className="meta"> · {decision.decided}</span> : null}
        </h4>
        <Steps steps={steps.filter(({ rulesetId }) => rulesetId === id)} />
      </section>
    );
  });
}

function Steps({ steps }: { readonly steps: readonly TraceStep[] }) {
  const { decision } = useTexts();
  const texts = useTexts();
  const { preferences } = usePreferences();
  const speech = useMemo<Speech>(() => {
    const { language } = preferences;
    return {
      texts,
      time: (at) => formatInstant(at, { language, zone: zoneOf(preferences), seconds: false }),
      money: (money) => formatMoney(money, language),
    };
  }, [texts, preferences]);
  return steps.length === 0 ? null : (
    <ul className={classes["steps"]}>
      {steps.map((step) => {
        const { condition, pass } = step;
        const known = isKnown(condition);
        const { required, seen } = known
          ? RENDERERS[condition](step, speech)
          : { required: plain(step.required), seen: plain(step.seen) };
        return (
          <li key={condition} id={`step-${condition}`} className={pass ? undefined : classes["failed"]}>
            <Verdict pass={pass} />
            <div>
              <strong>{known ? decision.conditions[condition] : condition}</strong>
              <dl>
                <dt>{decision.required}</dt>
                <dd>{required}</dd>
                {step.required === null && step.seen === null && pass ? null : (
                  <>
                    <dt>{decision.seen}</dt>
                    <dd>{seen}</dd>
                  </>
                )}
              </dl>
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function Verdict({ pass }: { readonly pass: boolean }) {
  const { decision } = useTexts();
  return pass ? (
    <Status tone="ok" icon="check" word={decision.pass} />
  ) : (
    <Status tone="bad" icon="cross" word={decision.fail} />
  );
}
