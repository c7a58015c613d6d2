import { MOST_ECB_BYTES, readEcbFile, type WrongEcbFile } from "../../integrations/rates/ecb.ts";
import type { Services } from "../services.ts";
import { Slices } from "../slices.ts";
import { type BroughtRates, bringRates } from "./rates.ts";

export { MOST_ECB_BYTES };

/** What became of a file of the European Central Bank's, or would. */
export interface BroughtFile extends BroughtRates {
  readonly kind: "brought";
  /** The first day and the last one. `YYYY-MM-DD` */
  readonly from: string;
  readonly until: string;
  /** Currencies that nobody pays with any more. */
  readonly leftOut: readonly string[];
}

export async function bringEcbFile(
  services: Pick<Services, "pool">,
  bytes: Uint8Array,
  isDryRun: boolean,
): Promise<BroughtFile | WrongEcbFile> {
  const slices = new Slices();
  const file = await readEcbFile(bytes, async () => await slices.pause());
  if (file.kind === "wrong") return file;
  const { rates, leftOut } = file;
  const inEuros = rates.map(({ date, currency, rate }) => ({ date, base: "EUR", quote: currency, rate }));
  let [from, until] = ["9999-12-31", "0000-01-01"];
  for (const { date } of rates) {
    if (date < from) from = date;
    if (date > until) until = date;
  }
  return { kind: "brought", ...(await bringRates(services, inEuros, isDryRun)), from, until, leftOut };
}
