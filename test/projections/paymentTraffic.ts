import { expect, vi } from "vitest";
import type { Told } from "../outside/support.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../support/programme.ts";
import type { TestServer } from "../support/server.ts";

const FIRST_CARD = 700_000;
const MANY = 10_000;

/** Fees that are charged, refused, given back and lost sight of at an acquirer, and what people say of them then. */
export async function chargeFees({ admin, url, server }: TestServer, acquirer: Told): Promise<void> {
  const fee = { amount: "25.00", currency: "EUR" };
  const { terminal } = await simpleProgramme(admin, url, {
    priority: 0,
    ...{ cardholder: { paid: "UNLIMITED", fee }, verification: { mode: "ASI", chargesFees: true } },
  });
  let cards = FIRST_CARD;
  const enter = async (): Promise<string> => {
    const { accessId } = outcome(await check(terminal, testPan(++cards)));
    await confirm(terminal, accessId);
    return accessId;
  };
  const reverse = async (accessId: string): Promise<void> => {
    await admin.send("POST", `/api/operations/${accessId}/reversal`, {});
  };
  const until = async (accessId: string, ...states: readonly string[]): Promise<void> => {
    const stateNow = async (): Promise<string | undefined> =>
      (await server.projections.payments.get(accessId, { places: null, icas: null }))?.state;
    const look = async (): Promise<void> => {
      expect(await stateNow()).toBeOneOf([...states]);
    };
    await vi.waitFor(look, { timeout: 60_000 });
  };
  const paid = await enter();
  await until(paid, "PAID");
  const reversed = await enter();
  await reverse(reversed);
  await until(reversed, "REFUNDED");
  await acquirer.answers({ charge: "51" });
  await until(await enter(), "FAILED");
  await acquirer.answers({});
  await acquirer.faultsOn("/charges", "drop-after-processing");
  await until(await enter(), "PAID");
  await acquirer.faultsOn("/refunds", "drop-after-processing", "none");
  const lost = await enter();
  await reverse(lost);
  await until(lost, "REFUNDED");
  const goneFor = async (...paths: readonly string[]): Promise<void> => {
    for (const path of paths)
      await acquirer.faultsOn(path, ...Array.from({ length: MANY }, () => "status:503"));
    await acquirer.faults(...Array.from({ length: MANY }, () => "status:503"));
  };
  await acquirer.faultsOn("/account-status-inquiries", "none");
  await goneFor("/charges", "/refunds");
  const given = [await enter(), await enter()] as const;
  for (const one of given) await until(one, "UNKNOWN", "PENDING");
  await admin.send("POST", "/api/test-clock", { advance: "P4D" });
  const waits = async (): Promise<number> => (await server.projections.payments.standing()).forPerson;
  const look = async (): Promise<void> => {
    expect(await waits()).toBe(2);
  };
  await vi.waitFor(look, { timeout: 120_000 });
  await admin.send("POST", `/api/payments/${given[0]}/resolution`, {
    outcome: "NOT_PAID",
    reason: "asked the bank",
  });
  // What is under way is left so: by now the circuit may be open, and nothing is sent.
  await until(await enter(), "UNKNOWN", "PENDING");
}
