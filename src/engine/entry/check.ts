import { cardStream } from "../../domain/card/events.ts";
import { maskPan } from "../../domain/pan.ts";
import { deviceName } from "../../domain/terminal/life.ts";
import { newCardId } from "../../vault/cardIds.ts";
import { cardHashes, cardLinks, requestFingerprint, sameHash } from "../../vault/hashing.ts";
import type { RequestKey } from "../gate/opening.ts";
import { problem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { TerminalAuthenticator } from "../terminals/authenticate.ts";
import { byVaultKey } from "../vaultKeys/byVaultKey.ts";
import type { Attempt, Checked, CheckInput } from "./attempt.ts";
import { decideAttempt } from "./decide.ts";
import { openPosRequest } from "./request.ts";
import { refuseUnplaced } from "./unplaced.ts";

/** A tap: one round trip for all that must be fresh, then the verdict appended to the card's stream. */
export async function checkEntry(
  services: Services,
  authenticator: TerminalAuthenticator,
  input: CheckInput,
): Promise<Checked> {
  const { card } = input;
  const device = deviceName(input.terminal.life);
  const newAccessId = services.newId();
  const key: RequestKey = {
    terminal: device,
    operation: "check_entry",
    // A tap without a request id is new each time; the tab keeps it apart from every printable id.
    requestId: input.requestId ?? `\t${newAccessId}`,
    fingerprint: requestFingerprint(services.keyring, [
      card.pan,
      card.expiry,
      card.entryMode,
      card.par,
      card.tokenOf,
    ]),
  };
  const request = await byVaultKey(services, async () => {
    const named = {
      newCardId: newCardId(services),
      mask: maskPan(card.pan),
      links: cardLinks(services.keyring, card),
      ...cardHashes(services.keyring, card.pan),
    };
    const asked = { request: key, accessId: newAccessId, card: named };
    return await openPosRequest(services, authenticator, input.terminal, asked);
  });
  if (request.kind === "problem") return request;
  const { claim } = request.opening;
  if (claim.kind === "known" && !sameHash(claim.fingerprint, key.fingerprint))
    return problem("REQUEST_ID_REUSED");
  const accessId = claim.kind === "known" ? (claim.accessId ?? newAccessId) : newAccessId;
  const cardId = (claim.kind === "known" ? claim.cardId : null) ?? request.opening.cardId;
  if (cardId === null) throw new Error("the gate answers with a card");
  if (request.opening.isNewCard) services.streams.card.begin(cardStream(cardId));
  const attemptKey = input.requestId === null ? accessId : `${device} ${input.requestId}`;
  const attempt: Attempt = { request, input, accessId, cardId, key: attemptKey };
  if (request.location === null || (claim.kind === "known" && claim.unplaced)) {
    return await refuseUnplaced(services, attempt, key);
  }
  return (
    (await decideAttempt(services, attempt, key, request.location)) ??
    (await refuseUnplaced(services, attempt, key))
  );
}
