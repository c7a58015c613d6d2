import { Command } from "commander";
import { termsInput } from "../domain/terms/input.ts";
import { businessNow } from "../engine/businessClock.ts";
import { systemWrite } from "../engine/accounts/bootstrap.ts";
import { MOST_FILE_BYTES, pdfFlaw } from "../engine/terms/files.ts";
import { allTerms, uploadTerms } from "../engine/terms/terms.ts";
import { SetupError } from "../settings.ts";
import { table } from "./answer.ts";
import { type ServicesWorld, withServices } from "./opened.ts";
import { readWhole } from "./readWhole.ts";

/** `admittance terms`: Terms & Conditions and Privacy Policy, for a set-up that is scripted. As in the panel, nothing is changed or deleted. */
export function termsCommand(world: ServicesWorld): Command {
  const terms = new Command("terms").description("Terms & Conditions and Privacy Policy");
  terms
    .command("upload <file>")
    .description("uploads a PDF that is valid from a day on; of the same day the last one counts")
    .requiredOption("--kind <kind>", "TERMS or PRIVACY_POLICY")
    .requiredOption("--from <day>", "the day from which it counts, for example 2026-12-01")
    .action(async (file: string, { kind, from }: { readonly kind: string; readonly from: string }) => {
      const input = termsInput.safeParse({ kind, validFrom: from });
      if (!input.success) {
        const [issue] = input.error.issues;
        const option = issue?.path[0] === "validFrom" ? "from" : "kind";
        throw new SetupError(`--${option}: ${issue?.message ?? "not valid"}`);
      }
      const bytes = await readPdf(file);
      await withServices(world, async (services) => {
        const done = await uploadTerms(
          services,
          await systemWrite(services, "command-line"),
          input.data,
          bytes,
        );
        if (done.kind === "problem") throw new SetupError(done.detail);
        const { id, validFrom } = done.file;
        const isNew = done.position !== null;
        const said = isNew
          ? `${id} is valid from ${validFrom} on.`
          : `${id} was there already, for ${validFrom}.`;
        world.answer({ id, kind, validFrom, status: done.status, uploaded: isNew }, said);
      });
    });
  terms
    .command("list")
    .description("every file that was uploaded, that of the latest day first")
    .action(async () => {
      await withServices(world, async (services) => {
        const found = await allTerms(services, await businessNow(services));
        const items = found.map(({ kind, file: { id, validFrom, bytes, hash }, status }) => {
          return { id, kind, validFrom, status, bytes, sha256: hash };
        });
        const rows = items.map(({ id, kind, validFrom, status }) => [id, kind, validFrom, status]);
        world.answer({ items }, ...table(["id", "kind", "valid from", "status"], rows));
      });
    });
  return terms;
}

/** @throws SetupError for what is no PDF that the panel would take */
async function readPdf(file: string): Promise<Buffer> {
  const bytes = await readWhole(file, MOST_FILE_BYTES);
  const flaw = pdfFlaw(bytes);
  if (flaw !== null) throw new SetupError(`${JSON.stringify(file)}: ${flaw}.`);
  return bytes;
}
