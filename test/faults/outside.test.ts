import { randomInt } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { KEY, startAcquirer, startRules, type Told } from "../outside/support.ts";
import {
  check,
  createLocation,
  createTerminal,
  importRanges,
  outcome,
  publishRuleset,
  testPan,
} from "../support/programme.ts";
import { Random } from "../support/domain/random.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

/**
 * Faults of the systems outside, from a seed, while cards are checked. Of each the terminal's answer and the recorded
 * facts are what the fault means; in the end no amount was asked for twice, and none that was taken is kept.
 */
const COUNT = Number(process.env["FAULTS"] ?? "16");
const SEED = Number(process.env["FAULT_SEED"] ?? randomInt(2 ** 31));
const AGAIN = `npm run test:faults -- --faults ${String(COUNT)} --seed ${String(SEED)}`;

const SILENCE = {
  hang: "NO_ANSWER",
  "late:100": null,
  "late:2000": "NO_ANSWER",
  garbage: "BAD_ANSWER",
  "status:503": "BAD_ANSWER",
  "status:400": "REFUSED",
  drop: "NO_ANSWER",
  "drop-after-processing": "NO_ANSWER",
} as const;
type Fault = keyof typeof SILENCE;
const FAULTS = Object.keys(SILENCE).filter((name): name is Fault => name in SILENCE);
const TARGETS = ["rules", "asi", "amount", "reversal"] as const;
type Target = (typeof TARGETS)[number];

const details = z.object({
  code: z.string().nullable(),
  status: z.string(),
  cardAuthResponseCode: z.string().nullable(),
  cardAuthResponseMeaning: z.string().nullable(),
  evidence: z.object({
    externalAnswers: z.array(z.object({ answer: z.string(), reason: z.string().optional() })),
    verification: z
      .object({
        method: z.string(),
        outcome: z.string(),
        responseCode: z.string().nullable(),
        why: z.string().optional(),
      })
      .nullable(),
  }),
});
type Details = z.output<typeof details>;
const connections = z.object({ amounts: z.object({ total: z.number() }) });

let acquirer: Told;
let rules: Told;
let server: TestServer;
let terminals: Readonly<Record<"CLOSED" | "OPEN", Terminal>>;
const random = new Random(SEED);
let cards = 0;
let slowest = 0;

beforeAll(async () => {
  [acquirer, rules] = await Promise.all([startAcquirer(), startRules()]);
  // What strikes "all others" strikes inquiries from here on, and nothing else.
  for (const path of ["/account-status-inquiries", "/amount-verifications", "/reversal"]) {
    await acquirer.faultsOn(path, "none");
  }
  server = await startTestServer({
    settings: {
      ...{ ACQUIRER_URL: acquirer.url, ACQUIRER_KEY: KEY, EXTERNAL_RULES_URL: rules.url },
      ...{ EXTERNAL_RULES_KEY: KEY, OUTBOUND_ALLOWED: "127.0.0.1" },
    },
  });
  const { admin, url } = server;
  await importRanges(admin, ["5000,5999,0001234,Test Bank,POL,WLE,World Elite"]);
  const placeWhere = async (onFailure: "CLOSED" | "OPEN"): Promise<Terminal> => {
    const locationId = await createLocation(admin, { name: onFailure });
    await publishRuleset(admin, {
      criteria: { locations: { locationIds: [locationId] } },
      externalRule: { ruleId: "vip", onFailure },
      verification: { mode: "ASI_THEN_AMOUNT", onFailure },
    });
    return await createTerminal(admin, url, locationId);
  };
  terminals = { CLOSED: await placeWhere("CLOSED"), OPEN: await placeWhere("OPEN") };
});
afterAll(async () => {
  await server.stop();
  await Promise.all([acquirer.close(), rules.close()]);
});

async function tap(onFailure: "CLOSED" | "OPEN", pan: string): Promise<Details> {
  const began = performance.now();
  const answer = await check(terminals[onFailure], pan);
  slowest = Math.max(slowest, performance.now() - began);
  const { accessId } = outcome(answer);
  return details.parse((await server.admin.send("GET", `/api/operations/${accessId}`)).body);
}

/** What the recorded facts come to, by the contract's words and not by the evaluator. */
function meantBy({ evidence }: Details, onFailure: "CLOSED" | "OPEN"): string | null {
  const [rule] = evidence.externalAnswers;
  if (rule?.answer !== "MET" && !(rule?.answer === "UNAVAILABLE" && onFailure === "OPEN"))
    return "UNMET_REQUIREMENTS";
  const { verification } = evidence;
  if (verification === null) throw new Error("the card was not verified");
  const failed = verification.method === "ASI" ? "CARD_ASI_FAILED" : "CARD_AMOUNT_AUTH_FAILED";
  switch (verification.outcome) {
    case "PASSED":
      return null;
    case "INSUFFICIENT_FUNDS":
      return "CARD_AUTH_INSUFFICIENT_FUNDS";
    case "UNAVAILABLE":
      return onFailure === "OPEN" ? null : failed;
    default:
      return failed;
  }
}

async function strike(
  target: Target,
  fault: Fault,
  codes: { asi: string; amount: string },
): Promise<Details> {
  const onFailure = random.pick<"CLOSED" | "OPEN">(["CLOSED", "OPEN"]);
  const pan = testPan(++cards);
  if (target === "rules") await rules.faultsOn("/decisions", fault);
  if (target === "asi") await acquirer.faultsOn("/account-status-inquiries", fault);
  if (target === "amount" || target === "reversal") {
    await acquirer.answers({ ...codes, asi: "05" });
    const refused = await tap(onFailure, pan);
    expect(refused.code).toBe(meantBy(refused, onFailure));
    await acquirer.faultsOn(target === "amount" ? "/amount-verifications" : "/reversal", fault);
    // Its answer lost, the inquiry may be lost as well.
    if (random.chance(0.3)) await acquirer.faults(random.pick(["garbage", "drop", "status:503"]));
  }
  const told = await tap(onFailure, pan);
  expect(told.code).toBe(meantBy(told, onFailure));
  expect(told.status).toBe(told.code === null ? "PENDING" : "REJECTED");
  return told;
}

function silenceOf(target: Target, { evidence }: Details): string | null {
  if (target === "rules") {
    const [rule] = evidence.externalAnswers;
    return rule?.answer === "UNAVAILABLE" ? (rule.reason ?? null) : null;
  }
  return evidence.verification?.why ?? null;
}

test(
  `nothingIsTakenTwiceAndNothingTakenIsKeptBy ${String(COUNT)} faults outside`,
  async () => {
    const struck = new Map<string, number>();
    const deck: (readonly [Target, Fault])[] = [];
    while (deck.length < COUNT) {
      const whole = TARGETS.flatMap((target) => FAULTS.map((fault) => [target, fault] as const));
      while (whole.length > 0) deck.push(...whole.splice(random.upTo(whole.length - 1), 1));
    }
    let circuits = 0;
    for (const [target, fault] of deck.slice(0, COUNT)) {
      try {
        const codes = { asi: "00", amount: random.pick(["00", "00", "51"]) };
        await acquirer.answers(codes);
        const told = await strike(target, fault, codes);
        const silence = silenceOf(target, told);
        if (silence === "CIRCUIT_OPEN") circuits++;
        // A fault of the reversal strikes when it is made, and the check knows nothing of it.
        else expect(silence).toBe(target === "reversal" ? null : SILENCE[fault]);
        if (silence === null && told.evidence.verification?.method === "AMOUNT") {
          expect(told.cardAuthResponseCode).toBe(codes.amount);
          expect(told.cardAuthResponseMeaning).not.toBeNull();
        }
        struck.set(target, (struck.get(target) ?? 0) + 1);
        await acquirer.answers({});
        const well = await tap("CLOSED", testPan(++cards));
        if (well.code !== null) expect(silenceOf("asi", well)).toBe("CIRCUIT_OPEN");
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`${target} ${fault}: ${why}\nAgain: ${AGAIN}`, { cause: error });
      }
    }
    await allGivenBack();
    console.info(
      `${[...struck].map(([target, count]) => `${target}: ${String(count)}`).join(", ")}; the circuit was open for ` +
        `${String(circuits)}; the slowest check took ${slowest.toFixed(0)} ms\n${AGAIN}`,
    );
  },
  120_000 + COUNT * 10_000,
);

async function allGivenBack(): Promise<void> {
  await expect
    .poll(
      async () => connections.parse((await server.admin.send("GET", "/api/connections")).body).amounts.total,
      {
        timeout: 180_000,
        interval: 500,
      },
    )
    .toBe(0);
  const { amounts } = await acquirer.books();
  const taken = amounts.filter(({ outcome: said }) => said === "APPROVED");
  expect(taken.filter(({ reversed }) => !reversed)).toEqual([]);
  expect(amounts.filter(({ asked }) => asked > 1)).toEqual([]);
  // One key an attempt: nobody asks for another amount because the first one's answer was lost.
  const attempts = amounts.map(({ key }) => key.split("-")[0]);
  expect(new Set(attempts).size).toBe(attempts.length);
  // Whatever was taken was written down before.
  const { rows } = await server.server.services.pool.query<{ key: string }>("select key from amount_checks");
  const known = new Set(rows.map(({ key }) => key));
  expect(taken.filter(({ key }) => !known.has(key))).toEqual([]);
}

test("noCallShowsACardNumber, but the two by which the acquirer verifies it", async () => {
  const digits = /555555\d{10}/;
  expect(JSON.stringify(await rules.seen())).not.toMatch(digits);
  for (const { path, headers, body } of await acquirer.seen()) {
    expect(path + JSON.stringify(headers)).not.toMatch(digits);
    if (!/\/(account-status-inquiries|amount-verifications)$/.test(path)) expect(body).not.toMatch(digits);
  }
});
