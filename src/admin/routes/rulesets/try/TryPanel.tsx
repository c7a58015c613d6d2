import { useDebouncedValue } from "@mantine/hooks";
import { useSuspenseQuery } from "@tanstack/react-query";
import { useRouteContext } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useForm } from "react-hook-form";
import { simulationInput } from "../../../../domain/ruleset/simulationInput.ts";
import { businessNow } from "../../../api/session.ts";
import { errorsOf } from "../../../shared/form/bodyErrors.ts";
import { keep, kept } from "../../../shared/form/kept.ts";
import { SIMULATOR } from "../../../texts/areas.ts";
import { useTexts } from "../../../texts/texts.ts";
import type { RulesetForm } from "../form/model.ts";
import { toBody } from "../form/toBody.ts";
import { type Example, exampleFor, toSimulation, wrongCounts } from "./example.ts";
import { ExampleFields } from "./ExampleFields.tsx";
import { TryAnswer } from "./TryAnswer.tsx";

const KEPT_AS = "example";
const ASK_AFTER_MS = 500;

/** The rule as it stands, tried out on an example: what each change of either comes to. */
export function TryPanel({ id, form: rule }: { readonly id: string | null; readonly form: RulesetForm }) {
  const { loadTextsFor } = useRouteContext({ from: "__root__" });
  useSuspenseQuery({
    queryKey: ["texts", SIMULATOR],
    queryFn: async () => {
      await loadTextsFor(SIMULATOR);
      return SIMULATOR;
    },
  });
  const { shell, simulation } = useTexts();
  // Of one example the time stays, else nothing asked would ever be asked again.
  const [now] = useState(businessNow);
  const mcc = rule.spend.mode === "ON" ? (rule.spend.mccs[0] ?? null) : null;
  const [first] = useState(() => {
    const own = exampleFor(rule);
    return kept(KEPT_AS, own)?.typed ?? own;
  });
  const { control, watch } = useForm<Example>({
    defaultValues: first,
    mode: "onChange",
    resolver: (values) => {
      const body = toSimulation(values, now, mcc);
      const parsed = simulationInput.safeParse(body);
      const wrong = wrongCounts(values);
      if (parsed.success && wrong.length === 0) return { values, errors: {} };
      const issues = [
        ...(parsed.success ? [] : parsed.error.issues),
        ...wrong.map((name) => ({ path: name.split("."), message: simulation.fields.count, code: "custom" })),
      ];
      return { values: {}, errors: errorsOf<Example>(issues, body, shell.errors) };
    },
  });
  const example = watch();
  const written = JSON.stringify(example);
  useEffect(() => {
    keep(KEPT_AS, JSON.parse(written));
  }, [written]);
  const asked = { ...toSimulation(example, now, mcc), ruleset: toBody(rule), rulesetId: id };
  const [settled] = useDebouncedValue(JSON.stringify(asked), ASK_AFTER_MS);
  const question: unknown = JSON.parse(settled);
  const isSound = wrongCounts(example).length === 0;
  return (
    <>
      <TryAnswer asked={isSound ? question : null} />
      <ExampleFields control={control} example={example} />
    </>
  );
}
