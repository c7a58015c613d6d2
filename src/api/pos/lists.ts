import { createHash } from "node:crypto";
import { z } from "zod";
import { NOTHING_ASKED, openPosRequest, type PosRequest } from "../../engine/entry/request.ts";
import { recordDelivery } from "../../engine/offline/deliveries.ts";
import { AccountRangeLists } from "../../engine/offline/accountRangeLists.ts";
import { binRangesNow, referenceHashes } from "../../engine/offline/referenceLists.ts";
import { Whitelists } from "../../engine/offline/whitelist/whitelists.ts";
import type { Services } from "../../engine/services.ts";
import { encryptTo } from "../../vault/terminalKeys.ts";
import { type Reply, reply } from "../http/answer.ts";
import { isKnownTag } from "../http/etag.ts";
import { problem } from "../http/problems.ts";
import type { AnyRoute } from "../http/route.ts";
import { zipped } from "../http/zipped.ts";
import type { PosKit } from "./terminalRoute.ts";

/** What a terminal keeps, to decide while its line is down (docs/terminals.md). */

const delivered = {
  version: z.string().describe("SHA-256 of the list's payload, in base64url; what an offline report names."),
  issuedAt: z.string(),
  validUntil: z.string().describe("Nothing is decided by the list from then on."),
};
const validity = z
  .string()
  .describe("A compact JWS that says for which terminal the list counts, and until when.");
const accountRangeListAnswer = z.object({
  ...delivered,
  list: z.string().describe("The list: a compact JWS (ES256)."),
  validity,
});
const whitelistAnswer = z.object({
  ...delivered,
  list: z
    .string()
    .describe("The list: a compact JWE to the terminal's encryption key, around a compact JWS (ES256)."),
  validity,
});
const REFERENCE = "For a terminal of the reference profile, where the operator allows that.";
const binRangesAnswer = z
  .object({
    binRanges: z
      .array(z.object({ low: z.string(), high: z.string() }))
      .describe("Cards of these numbers are let in: bounds of 19 digits, both included."),
  })
  .describe(REFERENCE);
const hashesAnswer = z
  .object({
    hashes: z.array(z.string()).describe("HMAC-SHA256 of each number with the shared secret, in hex."),
  })
  .describe(REFERENCE);

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
      answers: { 200: z.union([accountRangeListAnswer, binRangesAnswer]), 304: null },
    },
    async (call, terminal) => {
      const request = await openPosRequest(services, authenticator, terminal, NOTHING_ASKED);
      if (request.kind === "problem") return request;
      if (isPlain(services, request)) {
        const binRanges = binRangesNow(await lists.payloadFor(request), request.now);
        return await plain({ binRanges }, call);
      }
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

export function whitelistedPans({ services, authenticator, terminalRoute }: PosKit): AnyRoute {
  const lists = new Whitelists(services);
  return terminalRoute(
    {
      method: "GET",
      path: "/pos/whitelisted_pans",
      summary: "Which cards to let in by name while the line is down",
      description:
        "Hashes of the cards that this terminal may let in by itself, by the place's own secret: signed, encrypted to the terminal's encryption key, and empty where nobody is let in by name. It changes only with the uploads, the rulesets, the place and its secret.",
      reads: ["If-None-Match"],
      sends: ["ETag", "List-Validity", "Content-Encoding", "Vary"],
      refusals: ["KEY_REQUIRED"],
      answers: { 200: z.union([whitelistAnswer, hashesAnswer]), 304: null },
    },
    async (call, terminal) => {
      const request = await openPosRequest(services, authenticator, terminal, NOTHING_ASKED);
      if (request.kind === "problem") return request;
      if (isPlain(services, request))
        return await plain({ hashes: await referenceHashes(services, request) }, call);
      const key = request.terminal.life.credential?.encryptionKey ?? null;
      if (key === null)
        return problem(
          "KEY_REQUIRED",
          "Pair the terminal with an encryptionKey: a whitelist goes to that alone.",
        );
      const { signed, ...made } = await lists.listFor(request);
      const { version, validUntil } = made;
      await recordDelivery(services, call, request, { list: "WHITELIST", version, validUntil });
      const tag = `W/"${made.version}"`;
      const headers = { ETag: tag, "List-Validity": made.validity };
      if (isKnownTag(call.header("if-none-match"), tag)) return reply(304, null, headers);
      const names = { typ: "admittance-whitelist+jwe", cty: "admittance-whitelist+jws" };
      // What is encrypted can't be zipped.
      return reply(200, { ...made, list: await encryptTo(key, await signed(), names) }, headers);
    },
  );
}

/** The reference profile gets its lists in the clear, if the operator has set the secret for that. */
function isPlain({ referenceListSecret }: Services, { terminal }: PosRequest): boolean {
  return terminal.life.profile === "reference" && referenceListSecret !== null;
}

async function plain<Body>(
  body: Body,
  call: { header(name: string): string | null },
): Promise<Reply<200, Body> | Reply<304, null>> {
  const hash = createHash("sha256").update(JSON.stringify(body)).digest("base64url");
  const headers = { ETag: `W/"${hash}"` };
  return isKnownTag(call.header("if-none-match"), headers.ETag)
    ? reply(304, null, headers)
    : await zipped(reply(200, body, headers), call.header("accept-encoding"));
}
