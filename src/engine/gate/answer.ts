import type { TextRow } from "../../database/statement.ts";
import type { Answer, Claim } from "./opening.ts";

/** The columns in which both statements of the gate say what a request is told. */

// How PostgreSQL's text of a bytea begins: every connection of ours says `bytea_output = hex`.
const BYTES = "\\x";

/** @param from where in the row the columns of an answer begin */
export function answerOf(row: TextRow, from: number): Answer {
  const joined = row[from + 7];
  return {
    cardId: row[from] ?? null,
    joined: joined == null ? [] : joined.split(","),
    isNewCard: isTrue(row[from + 1]),
    claim: claimOf(row, from + 2),
  };
}

function claimOf(row: TextRow, from: number): Claim {
  const claim = row[from];
  if (claim === "none" || claim === "claimed") return { kind: claim };
  const fingerprint = row[from + 1];
  if (claim !== "known" || !fingerprint?.startsWith(BYTES))
    throw new Error("a claimed request has a fingerprint");
  return {
    kind: claim,
    fingerprint: Buffer.from(fingerprint.slice(BYTES.length), "hex"),
    accessId: row[from + 2] ?? null,
    cardId: row[from + 3] ?? null,
    unplaced: isTrue(row[from + 4]),
  };
}

export function isTrue(text: string | null | undefined): boolean {
  return text === "t";
}
