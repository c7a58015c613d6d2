import type { DirectoryKind, DirectoryRow } from "../../database/readModels.ts";
import type { ClientBase } from "pg";
import { enrollment, type EnrollmentLife } from "../../domain/enrollment/enrollment.ts";
import { key, type KeyBody } from "../../domain/key/events.ts";
import { location, type LocationBody } from "../../domain/location/events.ts";
import { merchant, type MerchantBody } from "../../domain/merchant/events.ts";
import type { RecordLife } from "../../domain/record.ts";
import { ruleset, type RulesetLife } from "../../domain/ruleset/stream.ts";
import { claimWithoutSecrets } from "../../domain/terminal/claimState.ts";
import { setUpWithoutSecrets } from "../../domain/terminal/certificate.ts";
import { withoutSecrets } from "../../domain/terminal/credential.ts";
import { newestLists } from "../../domain/terminal/past.ts";
import { isPaired, type TerminalLife } from "../../domain/terminal/life.ts";
import { terminal } from "../../domain/terminal/terminal.ts";
import { user, type UserBody } from "../../domain/user/events.ts";
import type { ReadEvent } from "../events.ts";
import type { Projection } from "../projection.ts";
import { Rows, type Writes } from "../rows.ts";

/**
 * What is written down by hand, as its own decider folds it: one row a merchant, location, terminal,
 * ruleset, user or key. How they are asked for: `queries.ts`.
 */

/** The folded state that a kind's row holds: a terminal's without its pairing code's hash and its keys, an enrollment's without its code's. */
export interface States {
  readonly merchant: RecordLife<MerchantBody>;
  readonly location: RecordLife<LocationBody>;
  readonly terminal: TerminalLife;
  readonly ruleset: RulesetLife;
  readonly user: RecordLife<UserBody>;
  readonly key: RecordLife<KeyBody>;
  readonly enrollment: EnrollmentLife;
}

export const directoryProjection: Projection = {
  name: "directory",
  version: 5,
  tables: ["records"],
  wants: new Set(["merchant", "location", "terminal", "ruleset", "user", "key", "enrollment"]),
  apply: async (client, events) => {
    for (const kind of KINDS) await FOLDS[kind](client, events);
  },
};

const KINDS = ["merchant", "location", "terminal", "ruleset", "user", "key", "enrollment"] as const;

type Fold = (client: ClientBase, events: readonly ReadEvent[]) => Promise<void>;

const FOLDS: Readonly<Record<DirectoryKind, Fold>> = {
  merchant: folding("merchant", (state: States["merchant"] | null, read) =>
    read.kind === "merchant"
      ? lifeRow("merchant", merchant.evolve(state, read.event), merchantColumns)
      : null,
  ),
  location: folding("location", (state: States["location"] | null, read) =>
    read.kind === "location"
      ? lifeRow("location", location.evolve(state, read.event), locationColumns)
      : null,
  ),
  terminal: folding("terminal", (state: States["terminal"] | null, read) => {
    const next = read.kind === "terminal" ? terminal.evolve(state, read.event) : null;
    return next === null ? null : terminalRow(next);
  }),
  ruleset: folding("ruleset", (state: States["ruleset"] | null, read) => {
    const next = read.kind === "ruleset" ? ruleset.evolve(state, read.event) : null;
    return next === null ? null : rulesetRow(next);
  }),
  user: folding("user", (state: States["user"] | null, read) =>
    read.kind === "user" ? lifeRow("user", user.evolve(state, read.event), userColumns) : null,
  ),
  key: folding("key", (state: States["key"] | null, read) =>
    read.kind === "key" ? lifeRow("key", key.evolve(state, read.event), keyColumns) : null,
  ),
  enrollment: folding("enrollment", (state: States["enrollment"] | null, read) => {
    const next = read.kind === "enrollment" ? enrollment.evolve(state, read.event) : null;
    return next === null ? null : enrollmentRow(next);
  }),
};

/** Folds the events of one kind; `next` answers null for those of others. */
function folding<State>(
  kind: DirectoryKind,
  next: (state: State | null, read: ReadEvent) => DirectoryRow<State> | null,
): Fold {
  return async (client: ClientBase, events: readonly ReadEvent[], writes?: Writes) => {
    const own = events.filter((read) => read.kind === kind);
    if (own.length === 0) return;
    const known = await client.query<DirectoryRow<State>>(
      "select * from records where kind = $1 and id = any($2)",
      [kind, own.map(({ id }) => id)],
    );
    const rows = new Rows<DirectoryRow<State>>(
      { name: "records", primaryKey: ["kind", "id"], json: ["state"], key: (row) => row.id },
      known.rows,
    );
    for (const read of own) {
      const row = next(rows.get(read.id)?.state ?? null, read);
      if (row !== null) rows.put(row);
    }
    await rows.save(client, writes);
  };
}

type Columns = Partial<
  Pick<
    DirectoryRow,
    "merchant_id" | "location_id" | "country" | "service" | "city" | "status" | "email" | "role"
  >
>;

const NO_COLUMNS = {
  merchant_id: null,
  location_id: null,
  country: null,
  service: null,
  city: null,
  status: null,
  email: null,
  role: null,
  icas: null,
};

function lifeRow<Body>(
  kind: DirectoryKind,
  life: RecordLife<Body> | null,
  columns: (body: Body) => Columns & { readonly name: string },
): DirectoryRow<RecordLife<Body>> | null {
  if (life === null) return null;
  const own = columns(life.body);
  return {
    kind,
    id: life.id,
    ...NO_COLUMNS,
    ...own,
    revision: life.revision,
    name_key: sortable(own.name),
    deleted: life.deleted,
    created_at: new Date(life.createdAt),
    modified_at: new Date(life.modifiedAt),
    state: life,
  };
}

function merchantColumns({ name }: MerchantBody) {
  return { name };
}

function locationColumns({ name, countryCode, service, city, merchantId }: LocationBody) {
  return { name, country: countryCode, service, city, merchant_id: merchantId };
}

function userColumns({ firstName, lastName, email, role, disabled }: UserBody) {
  return { name: `${firstName} ${lastName}`, email, role, status: disabled ? "DISABLED" : "ENABLED" };
}

function keyColumns({ name, role }: KeyBody) {
  return { name, role };
}

/** Nothing is ever out of the list: what was taken back, or came too late, is found by its status. */
function enrollmentRow(life: EnrollmentLife): DirectoryRow<EnrollmentLife> {
  return {
    kind: "enrollment",
    id: life.id,
    ...NO_COLUMNS,
    revision: life.revision,
    name: life.id,
    name_key: sortable(life.id),
    deleted: false,
    created_at: new Date(life.createdAt),
    modified_at: new Date(life.modifiedAt),
    location_id: life.locationId,
    status: life.status,
    state: { ...life, codeHash: "" },
  };
}

/** A removed terminal is deleted; registered again, it is a new life of the same row. */
function terminalRow(life: TerminalLife): DirectoryRow<TerminalLife> {
  const { enrollment, credential, retiring } = life;
  // `evolve` only hands the hash and the keys on, so that the fold goes on without them.
  const shown = enrollment.status === "NONE" ? enrollment : { ...enrollment, codeHash: "" };
  return {
    kind: "terminal",
    id: life.serialNumber,
    ...NO_COLUMNS,
    revision: life.revision,
    name: life.serialNumber,
    name_key: sortable(life.serialNumber),
    deleted: life.status === "REVOKED",
    created_at: new Date(life.createdAt),
    modified_at: new Date(life.modifiedAt),
    location_id: life.locationId,
    status: isPaired(life) ? "PAIRED" : "NOT_PAIRED",
    state: {
      ...life,
      enrollment: shown,
      claim: claimWithoutSecrets(life.claim),
      setUp: setUpWithoutSecrets(life.setUp),
      credential: credential === null ? null : withoutSecrets(credential),
      retiring: retiring === null ? null : { ...retiring, credential: withoutSecrets(retiring.credential) },
      // The past is its own stream's to tell.
      past: life.past.slice(-1),
      lists: newestLists(life.lists),
    },
  };
}

function rulesetRow(life: RulesetLife): DirectoryRow<RulesetLife> {
  const body = life.versions.at(-1)?.body ?? life.draft;
  const { name } = body ?? { name: life.id };
  const icas = body?.criteria?.icas?.map(({ ica }) => ica) ?? [];
  return {
    kind: "ruleset",
    id: life.id,
    ...NO_COLUMNS,
    revision: life.revision,
    name,
    name_key: sortable(name),
    deleted: life.status === "DELETED",
    created_at: new Date(life.created.at),
    modified_at: new Date(life.modified.at),
    status: life.status,
    icas: icas.length === 0 ? null : icas,
    state: life,
  };
}

/** A name as it is sorted and searched by: without case and accents. */
export function sortable(name: string): string {
  return name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
