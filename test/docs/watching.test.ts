import { readFile } from "node:fs/promises";
import { parser } from "@prometheus-io/lezer-promql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { KEY, startRewards, type Told } from "../outside/support.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

/** What is shipped to watch the product by: its questions are PromQL, about what the product tells. */

const root = new URL("../../", import.meta.url);
const read = async (path: string): Promise<string> => await readFile(new URL(path, root), "utf8");

const alerts = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          labels: z.object({ severity: z.enum(["page", "ticket"]) }),
          annotations: z.object({ summary: z.string() }),
        }),
      ),
    }),
  ),
});
const dashboard = z.object({
  panels: z.array(
    z.looseObject({ title: z.string(), targets: z.array(z.looseObject({ expr: z.string() })) }),
  ),
});

let rewards: Told;
let server: TestServer;
let told: string;

beforeAll(async () => {
  const key = "a-shared-key-of-tests";
  rewards = await startRewards();
  server = await startTestServer({
    settings: {
      ...{ ACQUIRER_URL: "http://127.0.0.1:9", ACQUIRER_KEY: key },
      ...{ EXTERNAL_RULES_URL: "https://rules.example", EXTERNAL_RULES_KEY: key },
      ...{ REWARDS_URL: rewards.url, REWARDS_KEY: KEY, REWARDS_PULL_SECONDS: "86400" },
    },
  });
  await server.admin.send("POST", "/api/transactions/pull");
  for (const path of ["/pos/check_entry", "/pos/pair", "/api/session"]) {
    await fetch(new URL(path, server.url), { method: "POST", body: "{}" });
  }
  told = await (await fetch(new URL("/metrics", server.url))).text();
});
afterAll(async () => {
  await server.stop();
  await rewards.close();
});

async function rules() {
  return alerts.parse(parse(await read("deploy/alerts.yaml"))).groups.flatMap((group) => group.rules);
}

async function questions(): Promise<readonly (readonly [string, string])[]> {
  const { panels } = dashboard.parse(JSON.parse(await read("deploy/grafana.json")));
  return [
    ...(await rules()).map(({ alert, expr }) => [alert, expr] as const),
    ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ];
}

/** The names in a question, and what it wants of `what` and `route`; null where it is no PromQL. */
function partsOf(
  expr: string,
): { readonly metrics: readonly string[]; readonly matchers: readonly string[] } | null {
  const metrics: string[] = [];
  const matchers: string[] = [];
  const errors: number[] = [];
  parser.parse(expr).iterate({
    enter: (node) => {
      const text = expr.slice(node.from, node.to);
      if (node.type.isError) errors.push(node.from);
      if (node.name === "VectorSelector") metrics.push(/^\w+/.exec(text)?.[0] ?? "");
      if (/Matcher$/.test(node.name)) matchers.push(text);
    },
  });
  return errors.length > 0 ? null : { metrics, matchers };
}

test("everyQuestionIsPromQLAboutAMetricThatIsTold", async () => {
  const asked = await questions();
  expect(asked.length).toBeGreaterThan(20);
  for (const [name, expr] of asked) {
    const parts = partsOf(expr);
    expect([name, parts]).not.toEqual([name, null]);
    for (const metric of parts?.metrics ?? []) {
      // `up` is Prometheus's own.
      expect(metric === "up" || told.includes(`\n${metric}{`) || told.includes(`\n${metric} `), metric).toBe(
        true,
      );
    }
    for (const matcher of parts?.matchers ?? []) {
      const [, label = "", operator = "", value = ""] = /^(\w+)\s*(=~?)\s*"(.*)"$/.exec(matcher) ?? [];
      if (label !== "what" && label !== "route") continue;
      const wanted = operator === "=" ? value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : value;
      expect(told, matcher).toMatch(new RegExp(`${label}="${wanted}"`));
    }
  }
});

test("noQuestionThatIsBrokenPassesHere", () => {
  expect(partsOf("sum by (job (rate(x[5m]))")).toBeNull();
  expect(partsOf('sum(rate(x{a="b"}[5m])) / 2')).toEqual({ metrics: ["x"], matchers: ['a="b"'] });
});

test("theOperatorsPageSaysWhatToDoAboutEachAlert", async () => {
  const page = await read("docs/operating.md");
  for (const { alert } of await rules())
    expect(page, alert).toMatch(new RegExp(`^\\| \`${alert}\` \\| .+ \\| .+ \\|$`, "m"));
});
