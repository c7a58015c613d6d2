import { exclusively, LOCKS } from "../../exclusively.ts";
import type { Write } from "../../management/commands.ts";
import { type Problem, problem } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { WhitelistLines } from "./lines.ts";
import { findListed, listListed } from "./lists.ts";
import { applyUpload } from "./upload.ts";
import { findUpload, listedCount, type ListScope, recordUpload } from "./uploadRecords.ts";

/** Cards that are taken off a list one by one. */

/** Takes the entry off its list; 404 where it is listed no longer. */
export async function removeListed(
  services: Services,
  write: Write,
  id: number,
): Promise<{ readonly kind: "removed" } | Problem> {
  return await exclusively(services, LOCKS.whitelists, async () => {
    if (write.resumed && (await findUpload(services, write.seed)) !== null) return { kind: "removed" };
    const entry = await findListed(services, id, null);
    if (entry === null) return problem("NOT_FOUND");
    await services.pool.query(
      `insert into whitelist_entries (upload_id, scope_id, list_hash, card_id, removed)
       select $1, scope_id, list_hash, card_id, true from whitelist_entries where seq = $2`,
      [write.seed, id],
    );
    await recordRemoval(services, write, write.seed, { kind: entry.scope_kind, id: entry.scope_id });
    return { kind: "removed" };
  });
}

/** Of a cardholder who is forgotten nothing stays in any list, now or before: a hash of the number would. */
export async function forgetListed(services: Services, write: Write, cardId: string): Promise<void> {
  await exclusively(services, LOCKS.whitelists, async () => {
    const { items } = await listListed(
      services,
      { cardId, inSight: null },
      { cursor: undefined, limit: 500 },
    );
    await services.pool.query("delete from whitelist_entries where card_id = $1", [cardId]);
    for (const { scope_kind: kind, scope_id: id } of items) {
      await recordRemoval(services, write, services.newId(), { kind, id });
    }
  });
}

/** A number that took another's place stands on the lists that the other one stood on, for as long; the other is taken off. */
export async function moveListed(
  services: Services,
  write: Write,
  cardId: string,
  pan: string,
): Promise<void> {
  const paging = { cursor: undefined, limit: 500 };
  const { items } = await listListed(services, { cardId, inSight: null }, paging);
  for (const { scope_kind: kind, scope_id: id, seq, valid_from: from, valid_to: to } of items) {
    const own = (): Write => ({ ...write, seed: services.newId(), resumed: false });
    const lines = new WhitelistLines();
    lines.add({ pan, validFrom: from?.getTime() ?? null, validTo: to?.getTime() ?? null }, 1);
    await applyUpload(services, own(), { scope: { kind, id }, mode: "ADD", byHand: true, lines }, false);
    await removeListed(services, own(), seq);
  }
}

async function recordRemoval(services: Services, write: Write, id: string, scope: ListScope): Promise<void> {
  const total = (await listedCount(services, scope.id)) - 1;
  const nothing = { added: 0, changed: 0, unchanged: 0, notListed: 0 };
  const counts = { ...nothing, lines: 1, removed: 1, total };
  await recordUpload(services, write, id, { scope, mode: "REMOVE", byHand: true }, counts);
}
