import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { simulationInput } from "../../../../domain/ruleset/simulationInput.ts";
import { Decision } from "../../../shared/decision/Decision.tsx";
import { ProblemText } from "../../../shared/form/FormProblem.tsx";
import { formatMoney } from "../../../shared/money/format.ts";
import { usePreferences } from "../../../shared/page/preferencesContext.ts";
import { zoneOf } from "../../../shared/preferences.ts";
import { Status } from "../../../shared/status/Status.tsx";
import { formatInstant } from "../../../shared/time/format.ts";
import { useTexts } from "../../../texts/texts.ts";
import { word } from "../../../texts/word.ts";
import { type Simulation, simulationQuery } from "../queries.ts";
import classes from "./Try.module.css";

/** What would be decided, and why. @param asked as it is sent; nothing is asked of what the server would not take */
export function TryAnswer({ asked }: { readonly asked: unknown }) {
  const { simulation } = useTexts();
  const parsed = simulationInput.safeParse(asked);
  const { data, error, isFetching } = useQuery({
    ...simulationQuery(parsed.success ? parsed.data : null),
    enabled: parsed.success,
    placeholderData: keepPreviousData,
  });
  if (!parsed.success) return <p className="second">{simulation.fillIn}</p>;
  if (error !== null) return <ProblemText problem={error} />;
  return (
    <section aria-label={simulation.answer} aria-busy={isFetching} className={classes["answer"]}>
      {data == null ? null : (
        <>
          <Verdict answer={data} />
          {/* Who is refused is told at once why. */}
          <details key={data.decision} open={data.decision === "REJECTED"}>
            <summary>{simulation.why}</summary>
            <Decision
              decided={{
                isGranted: data.decision === "GRANTED",
                trace: data.trace,
                nearMisses: data.nearMisses,
                decidedBy: data.ruleset?.id ?? null,
                rulesets: data.rulesets,
              }}
            />
          </details>
        </>
      )}
    </section>
  );
}

function Verdict({ answer: { granted, rejected, ruleset, tried, issuer } }: { readonly answer: Simulation }) {
  const { simulation, operations, codes, rulesets } = useTexts();
  const { preferences } = usePreferences();
  const { language } = preferences;
  const count = (left: number | "UNLIMITED"): string =>
    left === "UNLIMITED" ? rulesets.unlimited : String(left);
  const by =
    ruleset === null ? null : ruleset.id === tried?.id ? simulation.byThis : simulation.by(ruleset.name);
  const money = (value: { readonly amount: string; readonly currency: string }): string =>
    formatMoney(value, language);
  return (
    <div role="status" className={classes["verdict"]}>
      {granted === null ? null : (
        <>
          <Status
            tone="ok"
            icon="check"
            word={simulation.letIn(
              operations.costs[granted.cost],
              granted.fee === null ? null : money(granted.fee),
            )}
          />
          <p>{simulation.left(count(granted.available.free), count(granted.available.paid))}</p>
          {granted.total === null ? null : <p>{simulation.total(money(granted.total))}</p>}
          {granted.allocation === null ? <p className={classes["bad"]}>{simulation.tooMany}</p> : null}
        </>
      )}
      {rejected === null ? null : (
        <>
          <Status tone="bad" icon="cross" word={simulation.refused(word(codes, rejected.code))} />
          {rejected.nextFreeAt === null ? null : (
            <p>
              {simulation.again(formatInstant(rejected.nextFreeAt, { language, zone: zoneOf(preferences) }))}
            </p>
          )}
        </>
      )}
      {by === null ? null : (
        <p className="second">
          <bdi>{by}</bdi>
        </p>
      )}
      <p className="second">
        {issuer === null
          ? simulation.unknownCard
          : simulation.card(`${issuer.productCode}, ${issuer.country}, ICA ${issuer.ica}`)}
      </p>
    </div>
  );
}
