import { Command } from "commander";
import { X509Certificate } from "node:crypto";
import { table } from "./answer.ts";
import { type ServicesWorld, withServices } from "./opened.ts";

/** `admittance certificates`: the authorities that sign for terminals. */
export function certificatesCommand(world: ServicesWorld): Command {
  const certificates = new Command("certificates").description("the authorities that sign for terminals");
  certificates
    .command("authorities")
    .description("the authorities that are trusted, the newest first; the first that is no root signs")
    .action(async () => {
      await withServices(world, async (services) => {
        const trusted = await services.authorities.trusted();
        const items = trusted.map(({ id, pem, isRoot }) => {
          const { fingerprint256, validTo } = new X509Certificate(pem);
          return { id, isRoot, fingerprint: fingerprint256, until: new Date(validTo).toISOString() };
        });
        const rows = items.map((one) => [one.id, one.isRoot ? "root" : "signs", one.until, one.fingerprint]);
        world.answer({ items }, ...table(["authority", "kind", "until", "SHA-256"], rows));
      });
    });
  certificates
    .command("rotate")
    .description(
      "makes a new root and a new authority under it, which signs from now on; those before stay trusted until they run out",
    )
    .action(async () => {
      await withServices(world, async (services) => {
        const root = await services.authorities.rotate();
        world.answer({ root }, `${root} is the newest root: give devices /pos/ca.pem anew.`);
      });
    });
  return certificates;
}
