import { setTimeout } from "node:timers/promises";
import { type Command, Option } from "commander";
import { z } from "zod";
import { type Answer, type Client, createClient } from "../../client.ts";
import { ClaimingDevice } from "./claimingDevice.ts";
import { demoKey, type Shell } from "./shell.ts";
import { newKeys, saveTerminal, type TerminalKeys, terminalOf } from "./terminal.ts";

const FAULTS = ["lost-reply", "expired-code", "clock-skew"] as const;
type Fault = (typeof FAULTS)[number];

interface Options {
  readonly fault: readonly Fault[];
}

const POLL_MS = 2_000;
/** A code lives 300 s. */
const WAITS_MS = 300_000;
const WRONG_BY_MS = 600_000;

const coded = z.object({ pairing_code: z.string(), expires_in: z.number() });
const polled = z.object({ is_claimed: z.boolean() });
const refused = z.object({
  error: z.object({ message: z.string(), details: z.record(z.string(), z.string()) }),
});
const listed = z.object({ items: z.array(z.object({ id: z.string() })) });

/** `pos claim`: a device that shows a code and is claimed by it. */
export function addClaim(pos: Command, shell: Shell): void {
  pos
    .command("claim [serialNumber]")
    .description(
      "shows a code and waits until somebody claims it, then attests and activates; without a serial number it is registered and claimed by the server's key",
    )
    .addOption(
      new Option("--fault <faults...>", "what goes wrong on the way").choices(FAULTS).default([], "nothing"),
    )
    .action(async (serialNumber: string | undefined, options: Options) => {
      await story(shell, serialNumber, options.fault);
    });
}

async function story(shell: Shell, named: string | undefined, faults: readonly Fault[]): Promise<void> {
  const { world, screen, steps, where, fail } = shell;
  const { url, dataDir } = where();
  const owner = named === undefined ? createClient(url, await demoKey(world, dataDir)) : null;
  const serialNumber = named ?? `CLAIM-${world.newId().slice(-8)}`;
  if (owner !== null) await register(owner, serialNumber);
  if (faults.includes("expired-code") && owner === null)
    fail("An expired code is shown without a <serialNumber> only: the server's key moves its test clock.");
  const keys = newKeys();
  // Kept before it is sent: whatever reply is lost, it is the same device that asks again.
  await saveTerminal(dataDir, serialNumber, keys.privateKey, keys.encryptionKey);
  let offset = faults.includes("clock-skew") ? -WRONG_BY_MS : 0;
  const now = (): number => world.now() + offset;
  const device = new ClaimingDevice(serialNumber, keys, { baseUrl: url, steps, now });
  screen.title("The device asks for a code");
  if (faults.includes("clock-skew")) {
    const told = refused.safeParse((await device.askCode()).body).data?.error.details["server_time"];
    if (told === undefined) return fail("The server does not say what time it is.");
    offset = Date.parse(told) - world.now();
    screen.say(`Its clock was 10 minutes behind: it goes by the server's, ${told}.`);
  }
  if (faults.includes("lost-reply")) {
    await device.askCode();
    screen.say("The reply is lost: it asks again, and the code before is void.");
  }
  let code = codeIn(shell, await device.askCode());
  if (owner !== null && faults.includes("expired-code")) {
    await steps.call(owner, "POST", "/api/test-clock", "", { advance: "PT5M1S" });
    const late = await steps.call(owner, "POST", "/pos/claim", "", { pairing_code: code });
    if (late.status < 300) fail("The code should have expired.");
    await device.poll();
    screen.say("The code has expired: it asks for another one.");
    code = codeIn(shell, await device.askCode());
  }
  screen.title(`It shows   ${code}`);
  if (owner === null) await claimedBySomebody(shell, device);
  else await steps.call(owner, "POST", "/pos/claim", "", { pairing_code: code });
  await goOn(shell, device, keys, faults);
}

function codeIn({ fail }: Shell, answer: Answer): string {
  const told = coded.safeParse(answer.body).data?.pairing_code;
  return told ?? fail(`The device got no code: ${messageOf(answer)}.`);
}

function messageOf({ status, body }: Answer): string {
  return refused.safeParse(body).data?.error.message ?? `the server answered ${String(status)}`;
}

async function register(owner: Client, serialNumber: string): Promise<void> {
  const { items } = listed.parse((await owner.send("GET", "/api/locations?limit=1")).body);
  await owner.send("POST", "/api/terminals", { serialNumber, locationId: items[0]?.id ?? null });
}

async function claimedBySomebody({ screen, world, fail }: Shell, device: ClaimingDevice): Promise<void> {
  screen.say("Enter it in the panel at /terminals/claim. It waits for 5 minutes.");
  const until = world.now() + WAITS_MS;
  while (world.now() < until) {
    const status = polled.safeParse((await device.poll()).body).data;
    if (status?.is_claimed === true) return;
    await setTimeout(POLL_MS);
  }
  fail("Nobody claimed it.");
}

async function goOn(
  { world, screen, steps, where, fail }: Shell,
  device: ClaimingDevice,
  keys: TerminalKeys,
  faults: readonly Fault[],
): Promise<void> {
  const { serialNumber } = device;
  const step = async (call: () => Promise<Answer>): Promise<void> => {
    if (faults.includes("lost-reply")) {
      await call();
      screen.say("The reply is lost: it asks again, and is answered alike.");
    }
    const answer = await call();
    if (answer.status >= 300) fail(`The device was refused: ${messageOf(answer)}.`);
  };
  await device.poll();
  screen.title("It is claimed: it attests, and is active");
  await step(async () => await device.attest());
  await step(async () => await device.activate());
  const { client } = terminalOf(where().url, serialNumber, keys.privateKey, world.now);
  const status = await steps.call(client, "GET", "/pos/status", "by its own token");
  if (status.status >= 300) fail("The device's token is refused.");
  screen.say(`It is ${serialNumber}: \`pos check ${serialNumber} <pan>\`, and so on.`);
  if (world.isJson()) world.write(JSON.stringify({ serialNumber, status: "active" }));
}
