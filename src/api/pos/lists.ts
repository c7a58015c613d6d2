import { z } from "zod";
import { NOTHING_ASKED, openPosRequest } from "../../engine/entry/request.ts";
import { recordDelivery } from "../../engine/offline/deliveries.ts";
import { AccountRangeLists } from "../../engine/offline/accountRangeLists.ts";
import { reply } from "../http/answer.ts";
import { isKnownTag } from "../http/etag.ts";
import type { AnyRoute } from "../http/route.ts";
import { zipped } from "../http/zipped.ts";
import type { PosKit } from "./terminalRoute.ts";

/** What a terminal keeps, to decide while its line is down (docs/terminals.md). */

const accountRangeListAnswer = z.object({
  version: z.string().describe("SHA-256 of the list's payload, in base64url; what an offline report names."),
  issuedAt: z.string(),
  validUntil: z.string().describe("Nothing is decided by the list from then on."),
  list: z.string().describe("The list: a compact JWS (ES256)."),
  validity: z
    .string()
    .describe("A compact JWS that says for which terminal the list counts, and until when."),
});

export function fallbackBinRanges({ services, authenticator, terminalRoute }: PosKit): AnyRoute {
  const lists = new AccountRangeLists(services);
  return terminalRoute(
    {
      method: "GET",
      path: "/pos/fallback_bin_ranges",
      summary: "Which cards to let in while the line is down",
      description:
        "The account ranges whose cards this terminal may let in by itself, with what each may cost and how many guests it may bring: signed, and empty where nothing may be decided offline. It changes only with the rulesets, the account ranges and the place.",
      reads: ["If-None-Match"],
      sends: ["ETag", "List-Validity", "Content-Encoding", "Vary"],
      answers: { 200: accountRangeListAnswer, 304: null },
    },
    async (call, terminal) => {
      const request = await openPosRequest(services, authenticator, terminal, NOTHING_ASKED);
      if (request.kind === "problem") return request;
      const made = await lists.listFor(request);
      const { version, validUntil } = made;
      await recordDelivery(services, call, request, { list: "ACCOUNT_RANGES", version, validUntil });
      // Each signature is another text for the same list.
      const tag = `W/"${made.version}"`;
      const headers = { ETag: tag, "List-Validity": made.validity };
      return isKnownTag(call.header("if-none-match"), tag)
        ? reply(304, null, headers)
        : await zipped(reply(200, made, headers), call.header("accept-encoding"));
    },
  );
}
