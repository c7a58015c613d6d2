import { type Command, Option } from "commander";
import { z } from "zod";
import { type Answer, ApiError, type Client, createClient } from "../../client.ts";
import { demoKey, type Shell, show } from "./shell.ts";
import { bearerOf, newKeys, saveBearer, saveTerminal, terminalOf } from "./terminal.ts";

/** `pos enroll`: a device that comes in by an enrollment's code, with what may go wrong on the way. */

const FAULTS = ["lost-reply", "expired-code"] as const;
type Fault = (typeof FAULTS)[number];

interface Options {
  readonly hardwareId?: string;
  readonly name?: string;
  readonly ownKey?: true;
  readonly fault: readonly Fault[];
}

const enrollment = z.object({ enrollment_id: z.string(), enrollment_code: z.string() });
const devices = z.object({ content: z.array(z.object({ id: z.string(), hardware_id: z.string() })) });
const registered = z.looseObject({ hardware_id: z.string(), token: z.string().nullable() });

export function addEnroll(pos: Command, shell: Shell): void {
  pos
    .command("enroll [code]")
    .description("comes in by an enrollment's code; without one it makes one first, with the demo's key")
    .option("--hardware-id <id>", "what the device says it is; its serial number")
    .option("--name <name>", "what it is called")
    .option("--own-key", "it makes a key of its own, and is given no token")
    .addOption(
      new Option("--fault <faults...>", "what goes wrong on the way").choices(FAULTS).default([], "nothing"),
    )
    .action(async (code: string | undefined, options: Options) => {
      await enroll(shell, code ?? null, options);
    });
}

async function enroll(shell: Shell, given: string | null, options: Options): Promise<void> {
  const { world, screen, where } = shell;
  const { url, dataDir } = where();
  const hardware_id = options.hardwareId ?? `DEVICE-${world.newId().slice(-6)}`;
  const office = async (): Promise<Client> => createClient(url, await demoKey(world, dataDir));
  const app = createClient(url, null);
  if (options.fault.includes("expired-code")) await tryCancelled(shell, await office(), app, hardware_id);
  const code = given ?? (await makeCode(shell, await office())).enrollment_code;
  const keys = options.ownKey === true ? newKeys() : null;
  const { d: _private, ...encryption_key } = keys?.encryptionKey ?? { d: "" };
  // Kept before it is sent: a reply that is lost can then be asked for again with the same key.
  if (keys !== null) await saveTerminal(dataDir, hardware_id, keys.privateKey, keys.encryptionKey);
  const body = {
    ...{ enrollment_code: code, hardware_id, name: options.name ?? null, platform: "simulated" },
    ...(keys === null ? {} : { public_key: keys.publicKey, encryption_key }),
  };
  screen.call("POST", "/ipp/v1/devices", hardware_id);
  let answer = await app.send("POST", "/ipp/v1/devices", body);
  if (options.fault.includes("lost-reply"))
    answer = await afterLostReply(shell, app, body, given === null ? await office() : null);
  show(screen, answer.body, world);
  const { token } = registered.parse(answer.body);
  if (token !== null) await saveBearer(dataDir, hardware_id, token);
  const terminal =
    keys === null
      ? bearerOf(url, hardware_id, token ?? "")
      : terminalOf(url, hardware_id, keys.privateKey, world.now);
  screen.call("GET", "/pos/status", hardware_id);
  const status = await terminal.client.send("GET", "/pos/status");
  if (!world.isJson()) show(screen, status.body, world);
}

async function makeCode({ screen }: Shell, office: Client): Promise<z.infer<typeof enrollment>> {
  screen.call("POST", "/ipp/v1/enrollments", "the office");
  const made = await office.send("POST", "/ipp/v1/enrollments", { metadata: { origin: "pos enroll" } });
  return enrollment.parse(made.body);
}

/** It asks again; a token is not shown again, so that the office has to begin anew. */
async function afterLostReply(
  shell: Shell,
  app: Client,
  body: { readonly hardware_id: string; readonly enrollment_code: string },
  office: Client | null,
): Promise<Answer> {
  const { screen, fail, world } = shell;
  screen.say("The reply is lost, and the device asks again:");
  screen.call("POST", "/ipp/v1/devices", body.hardware_id);
  const again = await app.request("POST", "/ipp/v1/devices", body);
  if (again.status === 201) return again;
  show(screen, again.body, world);
  const what = "A token is shown once: deregister the device, and enroll it by another code.";
  if (office === null) return fail(what);
  screen.say(what);
  const { content } = devices.parse((await office.send("GET", "/ipp/v1/devices?page_size=100")).body);
  const lost = content.find(({ hardware_id }) => hardware_id === body.hardware_id);
  if (lost === undefined) return fail("The device is not among those that are enrolled.");
  screen.call("DELETE", `/ipp/v1/devices/${lost.id}`, "the office");
  await office.send("DELETE", `/ipp/v1/devices/${lost.id}`);
  const { enrollment_code } = await makeCode(shell, office);
  screen.call("POST", "/ipp/v1/devices", body.hardware_id);
  return await app.send("POST", "/ipp/v1/devices", { ...body, enrollment_code });
}

/** A code that counts no longer, for whatever reason, is refused like one that never was. */
async function tryCancelled(shell: Shell, office: Client, app: Client, hardware_id: string): Promise<void> {
  const { enrollment_id, enrollment_code } = await makeCode(shell, office);
  await office.send("DELETE", `/ipp/v1/enrollments/${enrollment_id}`);
  shell.screen.call("POST", "/ipp/v1/devices", `${hardware_id}, with a code that counts no longer`);
  try {
    await app.send("POST", "/ipp/v1/devices", { enrollment_code, hardware_id });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    shell.screen.say(`← ${error.message}`);
    return;
  }
  shell.fail("A code that counts no longer was taken.");
}
