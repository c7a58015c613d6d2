import { Command } from "commander";
import { publishedListKeys, rotateListKey } from "../engine/offline/listKeys.ts";
import { locationsWithSecret, rotateLocationSecret } from "../engine/offline/whitelist/locationSecrets.ts";
import { locationKind } from "../engine/management/hierarchy.ts";
import { findRecord } from "../engine/management/records.ts";
import { SetupError } from "../settings.ts";
import { table } from "./answer.ts";
import { type ServicesWorld, withServices } from "./opened.ts";

/** `admittance lists`: the keys that sign what terminals decide by while their line is down, and the secrets of whitelists. */
export function listsCommand(world: ServicesWorld): Command {
  const lists = new Command("lists").description("lists that terminals decide by while their line is down");
  lists
    .command("keys")
    .description("the keys that terminals verify lists by, the one that signs first")
    .action(async () => {
      await withServices(world, async (services) => {
        const keys = await publishedListKeys(services);
        const items = keys.map(({ kid = "" }, place) => ({ kid, signs: place === 0 }));
        const rows = items.map(({ kid, signs }) => [kid, signs ? "signs" : "verifies"]);
        world.answer({ items }, ...table(["key", "state"], rows));
      });
    });
  lists
    .command("rotate-key")
    .description(
      "makes a new key that signs from now on; the former one is published until its lists have run out",
    )
    .action(async () => {
      await withServices(world, async (services) => {
        const kid = await rotateListKey(services);
        world.answer({ kid }, `${kid} signs lists from now on.`);
      });
    });
  lists
    .command("rotate-secret")
    .description(
      "makes a new secret by which whitelists are hashed; terminals get it with their next list, and reports by the former one are understood still",
    )
    .option("--location <id>", "of this location")
    .option("--all", "of every location that has one")
    .action(async ({ location, all = false }: { location?: string; all?: boolean }) => {
      if ((location === undefined) !== all) throw new SetupError("Either --location or --all is wanted.");
      await withServices(world, async (services) => {
        const locationIds = location === undefined ? await locationsWithSecret(services) : [location];
        if (location !== undefined && (await findRecord(locationKind(services), location)) === null)
          throw new SetupError(`There is no location ${JSON.stringify(location)}.`);
        const items: { locationId: string; keyId: string }[] = [];
        for (const locationId of locationIds)
          items.push({ locationId, keyId: await rotateLocationSecret(services, locationId) });
        const rows = items.map(({ locationId, keyId }) => [locationId, keyId]);
        world.answer({ items }, ...table(["location", "secret"], rows));
      });
    });
  return lists;
}
