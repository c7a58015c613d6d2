import { z } from "zod";
import { MAY, type Permission } from "../../domain/user/access.ts";
import type { LocationBody } from "../../domain/location/events.ts";
import type { MerchantBody } from "../../domain/merchant/events.ts";
import type { RecordLife } from "../../domain/record.ts";
import type { RulesetLife } from "../../domain/ruleset/stream.ts";
import type { UserBody } from "../../domain/user/events.ts";
import { FINDABLE, type Findable } from "../../domain/user/preferences.ts";
import { preferencesOf } from "../../engine/accounts/preferences.ts";
import type { Services } from "../../engine/services.ts";
import type { Page, Projections } from "../../projections/index.ts";
import { reply } from "../http/answer.ts";
import type { Kit, ManagementCall, SecuredAnyRoute } from "./secured.ts";

/** One question over everything that has a name or an id, for the panel's search. Never for a card's number. */

const PERMISSION: Readonly<Record<Findable, Permission>> = {
  operation: "operations:read",
  card: "cards:read",
  ruleset: "rulesets:read",
  location: "locations:read",
  merchant: "merchants:read",
  terminal: "terminals:read",
  user: "users:write",
};

/** Of each kind, beside what has exactly this id. */
const MOST = 5;

const hitShape = z.object({
  kind: z.enum(FINDABLE),
  id: z.string(),
  name: z.string(),
  hint: z.string().nullable().describe("What tells it from others of its name; null where nothing does."),
});
type Hit = z.infer<typeof hitShape>;

const kindShape = z.object({
  kind: z.enum(FINDABLE),
  total: z.int(),
  totalExact: z.boolean(),
  items: z.array(hitShape).describe("An exact id first, then by name; 5 by name at most."),
});
type Kind = z.infer<typeof kindShape>;

type Asked = Pick<ManagementCall<unknown, unknown, unknown>, "visibility" | "write" | "principal">;

export function searchRoute({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: "/api/search",
    summary: "What has this in its name, or is named by this id",
    description:
      "Looks among what the caller's role and scope let them read. Without `q`: what the caller opened from a search last.",
    tag: "Session",
    permission: "operations:read",
    query: z.strictObject({
      q: z
        .string()
        .trim()
        .min(1)
        .max(100)
        .optional()
        .describe("Part of a name, an e-mail address, or an id."),
    }),
    answers: { 200: z.object({ kinds: z.array(kindShape), recent: z.array(hitShape) }) },
    handle: async ({ query: { q }, ...asked }) => {
      const { projections } = deps;
      if (q === undefined)
        return reply(200, { kinds: [], recent: await recentOf(services, projections, asked) });
      const open = FINDABLE.filter((kind) => MAY[asked.principal.role].has(PERMISSION[kind]));
      const found = await Promise.all(open.map(async (kind) => await findKind(projections, asked, kind, q)));
      return reply(200, { kinds: found.filter(({ items }) => items.length > 0), recent: [] });
    },
  });
}

async function findKind(projections: Projections, asked: Asked, kind: Findable, q: string): Promise<Kind> {
  const [exact, named] = await Promise.all([
    findOne(projections, asked, kind, q),
    findNamed(projections, asked, kind, q),
  ]);
  const others = named.items.filter(({ id }) => id !== exact?.id);
  const isOneMore = exact !== null && others.length === named.items.length;
  return {
    kind,
    total: named.total + (isOneMore ? 1 : 0),
    totalExact: named.totalExact,
    items: [...(exact === null ? [] : [exact]), ...others],
  };
}

type Named = Omit<Kind, "kind">;
const NONE: Named = { items: [], total: 0, totalExact: true };

async function findNamed(projections: Projections, asked: Asked, kind: Findable, q: string): Promise<Named> {
  const { directory } = projections;
  const { visibility } = asked;
  const page = { limit: MOST };
  switch (kind) {
    case "operation":
    case "card":
      return NONE;
    case "ruleset":
      return shown(await directory.list("ruleset", { name: q }, visibility, page), rulesetHit);
    case "merchant":
      return shown(await directory.list("merchant", { name: q }, visibility, page), merchantHit);
    case "location":
      return shown(await directory.list("location", { name: q }, visibility, page), locationHit);
    case "user": {
      const filter = q.includes("@") ? { email: q } : { name: q };
      return shown(await directory.list("user", filter, visibility, page), userHit);
    }
    case "terminal":
      return shown(await directory.terminals({ name: q }, visibility, page), ({ serialNumber }) =>
        terminalHit(serialNumber),
      );
  }
}

function shown<Item>({ items, total, totalExact }: Page<Item>, hit: (item: Item) => Hit): Named {
  return { items: items.map(hit), total, totalExact };
}

/** What has exactly this id; null where there is none, or none they may see. */
async function findOne(
  { directory, operations, cards }: Projections,
  { visibility, write }: Asked,
  kind: Findable,
  id: string,
): Promise<Hit | null> {
  switch (kind) {
    case "operation": {
      const found = await operations.get(id, visibility, write.now);
      return found === null ? null : { kind, id, name: id, hint: found.maskedPan };
    }
    case "card": {
      const found = await cards.get(id, visibility);
      return found === null ? null : { kind, id, name: found.maskedPan ?? id, hint: null };
    }
    case "ruleset": {
      const found = await directory.get("ruleset", id, visibility);
      return found === null ? null : rulesetHit(found);
    }
    case "merchant": {
      const found = await directory.get("merchant", id, visibility);
      return found === null ? null : merchantHit(found);
    }
    case "location": {
      const found = await directory.get("location", id, visibility);
      return found === null ? null : locationHit(found);
    }
    case "user": {
      const found = await directory.get("user", id, visibility);
      return found === null ? null : userHit(found);
    }
    case "terminal": {
      const found = await directory.terminal(id, visibility);
      return found === null ? null : terminalHit(found.serialNumber);
    }
  }
}

/** What is gone, or out of sight by now, is left out. */
async function recentOf(services: Services, projections: Projections, asked: Asked): Promise<Hit[]> {
  if (asked.principal.kind !== "user") return [];
  const { recent = [] } = await preferencesOf(services, asked.principal.id);
  const may = recent.filter(({ kind }) => MAY[asked.principal.role].has(PERMISSION[kind]));
  const found = await Promise.all(
    may.map(async ({ kind, id }) => await findOne(projections, asked, kind, id)),
  );
  return found.filter((hit) => hit !== null);
}

function merchantHit({ id, body }: RecordLife<MerchantBody>): Hit {
  return { kind: "merchant", id, name: body.name, hint: null };
}

function locationHit({ id, body }: RecordLife<LocationBody>): Hit {
  return { kind: "location", id, name: body.name, hint: `${body.countryCode}, ${body.city}` };
}

function userHit({ id, body }: RecordLife<UserBody>): Hit {
  return { kind: "user", id, name: `${body.firstName} ${body.lastName}`, hint: body.email };
}

function rulesetHit({ id, versions, draft }: RulesetLife): Hit {
  return { kind: "ruleset", id, name: (versions.at(-1)?.body ?? draft)?.name ?? id, hint: null };
}

function terminalHit(serialNumber: string): Hit {
  return { kind: "terminal", id: serialNumber, name: serialNumber, hint: null };
}
