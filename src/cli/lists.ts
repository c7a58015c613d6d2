import { Command } from "commander";
import { publishedListKeys, rotateListKey } from "../engine/offline/listKeys.ts";
import { table } from "./answer.ts";
import { type ServicesWorld, withServices } from "./opened.ts";

/** `admittance lists`: the keys that sign what terminals decide by while their line is down. */
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
  return lists;
}
