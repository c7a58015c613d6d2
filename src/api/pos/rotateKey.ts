import { iso, isoOrNull } from "../../domain/time.ts";
import { NOTHING_ASKED, openPosRequest } from "../../engine/entry/request.ts";
import { rotateTerminalKey } from "../../engine/terminals/rotateKey.ts";
import { reply } from "../http/answer.ts";
import type { AnyRoute } from "../http/route.ts";
import { positionHeader } from "../management/records.ts";
import { rotateKeyAnswer, rotateKeyBody } from "./schemas.ts";
import type { PosKit } from "./terminalRoute.ts";

export function rotateKey({ services, authenticator, terminalRoute }: PosKit): AnyRoute {
  return terminalRoute(
    {
      method: "POST",
      path: "/pos/rotate_key",
      summary: "Replace the terminal's key by another",
      description:
        "Authenticated by a token of the present key; `proof` is a token of the new one. The present key counts for another hour, so that a lost reply may be asked for again, by either.",
      refusals: ["KEY_RETIRED", "TOO_MANY_TRIES"],
      sends: ["Position"],
      // Keys and tokens are no texts that are kept.
      looksAtTexts: true,
      body: rotateKeyBody,
      answers: { 200: rotateKeyAnswer },
    },
    async ({ body, traceId }, terminal) => {
      const request = await openPosRequest(services, authenticator, terminal, NOTHING_ASKED);
      if (request.kind === "problem") return request;
      const { publicKey, encryptionKey, proof } = body;
      const done = await rotateTerminalKey(services, request, { publicKey, encryptionKey, proof }, traceId);
      if (done.kind === "problem") return done;
      return reply(
        200,
        {
          status: "PAIRED",
          serialNumber: terminal.life.serialNumber,
          serverTime: iso(services.now()),
          oldKeyUntil: isoOrNull(done.retiresAt),
        },
        positionHeader(done.position),
      );
    },
  );
}
