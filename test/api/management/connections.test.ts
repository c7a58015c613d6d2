import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { KEY, startAcquirer, type Told } from "../../outside/support.ts";
import { publishRuleset } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { clientFor, codeOf } from "./support.ts";

/** The systems outside over HTTP: of an installation with an acquirer, and without rules kept elsewhere. */

const shape = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      configured: z.boolean(),
      url: z.string().nullable(),
      healthy: z.boolean().nullable(),
      circuit: z.string().nullable(),
      answers: z.array(z.object({ asked: z.string(), outcome: z.string(), status: z.number().nullable() })),
    }),
  ),
  amounts: z.object({ total: z.number(), items: z.array(z.unknown()) }).nullable(),
});

let acquirer: Told;
let server: TestServer;

beforeAll(async () => {
  acquirer = await startAcquirer();
  server = await startTestServer({ settings: { ACQUIRER_URL: acquirer.url, ACQUIRER_KEY: KEY } });
});
afterAll(async () => {
  await server.stop();
  await acquirer.close();
});

describe("connections", () => {
  it("tell what is configured, what was answered, and nothing of what was not asked", async () => {
    const { admin } = server;
    const before = shape.parse((await admin.send("GET", "/api/connections")).body);
    expect(before).toEqual({
      items: [
        {
          ...{ name: "acquirer", configured: true, url: acquirer.url, healthy: null },
          ...{ circuit: "CLOSED", answers: [] },
        },
        {
          ...{ name: "externalRules", configured: false, url: null, healthy: null },
          ...{ circuit: null, answers: [] },
        },
        {
          ...{ name: "rewards", configured: false, url: null, healthy: null },
          ...{ circuit: null, answers: [] },
        },
      ],
      amounts: { total: 0, items: [] },
    });
    await acquirer.faults("status:503");
    for (const outcome of ["BAD_ANSWER", "ANSWERED"]) {
      const { body } = await admin.send("POST", "/api/connections/acquirer/test", {});
      expect(body).toMatchObject({ asked: "TEST", outcome });
    }
    const [after] = shape.parse((await admin.send("GET", "/api/connections")).body).items;
    expect(after).toMatchObject({ healthy: true, circuit: "CLOSED" });
    expect(after?.answers.map(({ status }) => status)).toEqual([200, 503]);
  });

  it("that are not configured, or not known, can't be tested", async () => {
    for (const name of ["externalRules", "rewards", "nobody"]) {
      const refused = await server.admin.request("POST", `/api/connections/${name}/test`, {});
      expect([refused.status, codeOf(refused)]).toEqual([404, "NOT_FOUND"]);
    }
  });

  it("show amounts to those only who see all cards", async () => {
    const whole = await clientFor(server, "AUDITOR", { icas: [], merchantIds: [], locationIds: [] });
    const limited = await clientFor(server, "AUDITOR", {
      icas: ["0001234"],
      merchantIds: [],
      locationIds: [],
    });
    expect(shape.parse((await whole.send("GET", "/api/connections")).body).amounts).not.toBeNull();
    expect(shape.parse((await limited.send("GET", "/api/connections")).body).amounts).toBeNull();
  });

  it("let a ruleset be published that wants them, and no other", async () => {
    await publishRuleset(server.admin, { name: "Verified", verification: { mode: "ASI" } });
    await expect(
      publishRuleset(server.admin, { name: "Elsewhere", externalRule: { ruleId: "vip" } }),
    ).rejects.toThrow("NEEDS_ADAPTER");
  });
});
