import { byteaArray, int4Array, textArray } from "../../database/binaryArray.ts";
import type { Ask } from "../../database/lanes.ts";
import type { Statement } from "../../database/statement.ts";
import { answerOf } from "./answer.ts";
import type { Answer, OpenRequest } from "./opening.ts";

const CLAIM: Statement = {
  name: "claim_request",
  text: `
  select card_id, is_new, claim, claimed_fingerprint, claimed_access_id, claimed_card_id, claimed_unplaced, joined
  from claim_request('{}', $1, $2, $3, $4, $5, $6::bytea[], $7::int[], 'PAN', $8, $9,
  $10::bytea[], $11::int[], $12::text[])`,
};

/** What a group leaves: it may wait for somebody else who claims the same. */
export async function claimAlone(ask: Ask, { request, accessId, card }: OpenRequest): Promise<Answer> {
  const links = card === null || card.links.length === 0 ? null : card.links;
  const values = [
    request?.terminal ?? null,
    request?.operation ?? null,
    request?.requestId ?? null,
    request?.fingerprint ?? null,
    accessId,
    card && byteaArray(card.hashes),
    card && int4Array(card.versions),
    card?.newCardId ?? null,
    card?.mask ?? null,
    links && byteaArray(links.map(({ hash }) => hash)),
    links && int4Array(links.map(({ version }) => version)),
    links && textArray(links.map(({ kind }) => kind)),
  ];
  const [row] = await ask(CLAIM, values);
  if (row === undefined) throw new Error("the gate has no answer");
  return answerOf(row, 0);
}
