import { z } from "zod";
import type { Visibility } from "../../domain/user/access.ts";
import { storedBranding } from "../../domain/branding/events.ts";
import { brandingInput } from "../../domain/branding/input.ts";
import { type Branding, brandingNow, changeBranding } from "../../engine/branding/branding.ts";
import { findLogo, keepLogo, LOGO_TYPES, logoType, MOST_LOGO_BYTES } from "../../engine/branding/logos.ts";
import type { Services } from "../../engine/services.ts";
import { reply, streamed } from "../http/answer.ts";
import { readFileBody } from "../http/file.ts";
import { invalid, problem } from "../http/problems.ts";
import { type AnyRoute, route } from "../http/route.ts";
import { shown } from "./records.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import { actorNames, actorShape } from "./actors.ts";

/** How the panel presents itself: name, logo, colour, support, links, and what services are called. */

const tag = "Branding";
const path = "/api/branding";
const permission = "branding:write";

const brandingShape = z.object({
  branding: storedBranding.nullable(),
  modifiedAt: z.string().nullable(),
  modifiedBy: actorShape.nullable(),
});

const logoHash = z.string().regex(/^[0-9a-f]{64}$/);

export function brandingRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [show(kit), change(kit), uploadLogo(kit)];
}

function show({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path,
    summary: "How the panel presents itself; null: as the product comes",
    tag,
    permission,
    answers: { 200: brandingShape },
    sends: ["ETag"],
    handle: async ({ visibility }) => {
      const now = await brandingNow(services);
      return shown(await viewOf(services, now, visibility), now.revision);
    },
  });
}

function change({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "PUT",
    path,
    summary: "Change how the panel presents itself",
    tag,
    permission,
    wantsConfirmation: true,
    body: brandingInput,
    answers: { 200: brandingShape },
    reads: ["Idempotency-Key", "If-Match"],
    sends: ["ETag", "Position"],
    handle: async ({ body, write, visibility }) => {
      const done = await changeBranding(services, write, body);
      if (done.kind === "problem") return done;
      return shown(await viewOf(services, done.branding, visibility), done.branding.revision, done.position);
    },
  });
}

function uploadLogo({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/logo`,
    summary: "Upload a logo, to be named in what is changed then",
    description: "PNG or WebP by its bytes, at most 200 kB.",
    tag,
    permission,
    wantsConfirmation: true,
    streams: "image/*",
    answers: { 200: z.object({ logo: logoHash, mediaType: z.string() }) },
    sends: [],
    handle: async (call) => {
      const body = await readFileBody(call, LOGO_TYPES, MOST_LOGO_BYTES);
      if (body.kind === "problem") return body;
      const mediaType = logoType(body.bytes);
      if (mediaType === null) return invalid("/logo", "it is neither a PNG nor a WebP");
      const { hash } = await keepLogo(services, body.bytes, mediaType);
      return reply(200, { logo: hash, mediaType });
    },
  });
}

/** For everybody: open pages ask for it every so often, that for signing in too. */
export function shownBrandingRoute(services: Services): AnyRoute {
  return route({
    method: "GET",
    path: `${path}/shown`,
    summary: "How the panel presents itself to everybody, signed in or not",
    tag,
    security: "none",
    answers: { 200: brandingShape.pick({ branding: true }) },
    handle: async () => reply(200, { branding: (await brandingNow(services)).state?.body ?? null }),
  });
}

/** For everybody: the page for signing in shows it. */
export function logoRoute(services: Services): AnyRoute {
  return route({
    method: "GET",
    path: `${path}/logo/{hash}`,
    summary: "A logo",
    tag,
    security: "none",
    params: z.strictObject({ hash: logoHash }),
    produces: LOGO_TYPES,
    answers: { 200: z.string() },
    handle: async ({ params }) => {
      const found = await findLogo(services, params.hash);
      if (found === null) return problem("NOT_FOUND");
      // Named by what is in it.
      const headers = { "cache-control": "public, max-age=31536000, immutable" };
      return streamed(new Blob([Buffer.from(found.bytes)]).stream(), found.mediaType, headers);
    },
  });
}

async function viewOf(
  services: Services,
  { state }: Branding,
  visibility: Visibility,
): Promise<z.infer<typeof brandingShape>> {
  if (state === null) return { branding: null, modifiedAt: null, modifiedBy: null };
  const { body, modifiedAt, modifiedBy } = state;
  return { branding: body, modifiedAt, modifiedBy: await actorNames(services, visibility)(modifiedBy) };
}
