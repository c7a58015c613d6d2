import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Client } from "../../src/client.ts";
import { check, simpleProgramme, testPan } from "../support/programme.ts";
import type { Product } from "../support/product.ts";
import { Receiver } from "../support/receiver.ts";
import { Installation, type Ran } from "../transfer/support.ts";

/** `admittance webhooks`, `listen` and `simulate webhooks`, as processes. */

let home: Installation;
let product: Product;
let admin: Client;
let tap: () => Promise<unknown>;
const running: (() => void)[] = [];
const poll = { timeout: 30_000, interval: 50 };

beforeAll(async () => {
  home = await Installation.create();
  product = await home.start({ OUTBOUND_ALLOWED: "127.0.0.1" });
  admin = home.admin(product);
  const { terminal } = await simpleProgramme(admin, product.url);
  let number = 0;
  tap = async () => await check(terminal, testPan(++number));
});
afterEach(() => {
  for (const stop of running.splice(0)) stop();
});
afterAll(async () => {
  await home.destroy();
});

/** A command that runs until it is told to stop; answers what it has printed by now. */
function background(args: readonly string[]): () => string {
  const child = home.spawn(args, { ADMITTANCE_KEY: home.adminKey });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  running.push(() => child.kill("SIGTERM"));
  return () => output;
}

async function webhooks(...words: string[]): Promise<Ran> {
  return await home.run(["webhooks", ...words, "--url", product.url], { ADMITTANCE_KEY: home.adminKey });
}

const withSecret = z.looseObject({ id: z.string(), secret: z.string() });

async function simulator(args: readonly string[]): Promise<{ output: () => string; url: string }> {
  const output = background(["simulate", "webhooks", "--port", "0", ...args]);
  await expect.poll(output, poll).toContain("listening on");
  return { output, url: /http:\S+/.exec(output())?.[0] ?? "" };
}

test("aReceiverIsMadeListedTriedAndToldAgainByCommands", async () => {
  const { output, url } = await simulator([]);
  const made = withSecret.parse(JSON.parse((await webhooks("create", url)).stdout));
  expect(made.secret).toMatch(/^whsec_/);
  expect((await webhooks("test", made.id)).code).toBe(0);
  await expect.poll(output, poll).toContain("webhook.test");
  await tap();
  await expect.poll(output, poll).toContain("entry.granted");
  expect((await webhooks("list")).stdout).toContain(`${made.id}  enabled   0 waiting, 0 dead  ${url}`);
  await webhooks("replay", made.id, "--from", "");
  await expect.poll(output, poll).toMatch(/entry\.granted.*\(again\)/);
  expect((await webhooks("rotate", made.id)).stdout).toContain("whsec_");
  await admin.send("DELETE", `/api/webhooks/${made.id}`);
});

test("theSimulatorVerifiesAndGoesWrongAsItIsTold", async () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  const strange = await simulator(["--secret", secret]);
  const dropping = await simulator(["--fault", "drop", "--every", "2"]);
  const ids: string[] = [];
  for (const { url } of [strange, dropping]) {
    ids.push(withSecret.parse((await admin.send("POST", "/api/webhooks", { url })).body).id);
  }
  await tap();
  await tap();
  await expect.poll(strange.output, poll).toContain("401 the signature does not hold");
  await expect.poll(dropping.output, poll).toMatch(/-> drop[^]*\(again\)/);
  for (const id of ids) await admin.send("DELETE", `/api/webhooks/${id}`);
});

test("listenHandsOnWhatHappensSignedByWhatItPrints", async () => {
  const receiver = new Receiver();
  await receiver.start();
  const output = background(["listen", "--url", product.url, "--forward-to", receiver.url]);
  await expect.poll(output, poll).toMatch(/whsec_\S+/);
  receiver.secret = /whsec_\S+/.exec(output())?.[0] ?? "";
  await expect
    .poll(async () => {
      await tap();
      return receiver.messages.length;
    }, poll)
    .toBeGreaterThan(0);
  expect(receiver.refused).toBe(0);
  await expect.poll(output, poll).toContain("204  entry.granted");
  await receiver.stop();
});
