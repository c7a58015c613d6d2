import { Command } from "commander";
import { bringEcbFile, MOST_ECB_BYTES } from "../engine/referenceData/ecbFile.ts";
import { pullRates } from "../engine/referenceData/ratePull.ts";
import { SetupError } from "../settings.ts";
import { type ServicesWorld, withServices } from "./opened.ts";
import { readWhole } from "./readWhole.ts";

/** `admittance rates`: exchange rates of the European Central Bank, from a file or from where `RATES_URL` says. */
export function ratesCommand(world: ServicesWorld): Command {
  const rates = new Command("rates").description("exchange rates of the European Central Bank");
  rates
    .command("import <file>")
    .description(
      "stores a file of the bank's: XML, CSV, or a zip of one; what is known already is left as it is",
    )
    .option("--dry-run", "says what would be stored, and stores nothing")
    .action(async (file: string, { dryRun = false }: { readonly dryRun?: boolean }) => {
      const bytes = await readWhole(file, MOST_ECB_BYTES);
      await withServices(world, async (services) => {
        const done = await bringEcbFile(services, bytes, dryRun);
        if (done.kind === "wrong") throw new SetupError(`${JSON.stringify(file)}: ${done.why}.`);
        const { kind: _kind, from, until, leftOut, ...counts } = done;
        const { added, replaced, unchanged } = counts;
        const news = `${String(added)} new, ${String(replaced)} replaced, ${String(unchanged)} known already`;
        const left = leftOut.length === 0 ? "" : ` Left out: ${leftOut.join(", ")}.`;
        world.answer(
          { ...counts, from, until, leftOut },
          `Rates from ${from} to ${until}: ${news}.${left}${dryRun ? " Nothing was stored." : ""}`,
        );
      });
    });
  rates
    .command("pull")
    .description("fetches the rates now, from where RATES_URL says")
    .action(async () => {
      await withServices(world, async (services) => {
        if (services.ratesFrom === null) {
          throw new SetupError("RATES_URL is not set: set it to ecb, or to where the rates are.");
        }
        const seen = await pullRates(services, services.ratesFrom);
        const { outcome, detail, stored, until } = seen;
        if (outcome !== "DONE") {
          throw new SetupError(
            `No rates from ${services.ratesFrom.url}: ${outcome}, ${detail ?? "no reason"}.`,
          );
        }
        world.answer({ ...seen }, `${String(stored)} new rates; the last day is ${until ?? "none"}.`);
      });
    });
  return rates;
}
