import { expect, it } from "vitest";
import { createKysely, createPool } from "../../src/database/pool.ts";
import { migrate } from "../../src/database/migrate.ts";
import type { Database } from "../../src/database/schema.ts";
import { createTestDatabase } from "../support/postgres.ts";

/** A `?` may be null. The compiler refuses a table or a column too few or too many. */
const COLUMNS: {
  readonly [Table in keyof Database]: {
    readonly [Column in keyof Database[Table]]-?: null extends Database[Table][Column]
      ? `${string}?`
      : Exclude<Type, `${string}?`>;
  };
} = {
  account_ranges: {
    id: "int8",
    import_id: "text",
    low: "text",
    high: "text",
    ica: "text",
    issuer_name: "text",
    country: "text",
    product_code: "text",
    product_name: "text?",
    received_at: "timestamptz",
  },
  api_key_hashes: {
    hash: "bytea",
    key_id: "text",
  },
  branding_files: { seq: "int8", hash: "text", media_type: "text", bytes: "bytea" },
  card_adjustments: {
    card_id: "text",
    revision: "int4",
    adjustment_id: "text",
    ruleset_id: "text",
    at: "timestamptz",
    free: "int4",
    paid: "int4",
    by_id: "text",
    by_role: "text",
    reason: "text",
  },
  card_alias: {
    hash: "bytea",
    key_version: "int4",
    card_id: "text",
    kind: "text",
    created_at: "timestamptz",
    joined: "_text?",
  },
  card_vault: {
    card_id: "text",
    mask: "text?",
    created_at: "timestamptz",
    erased_at: "timestamptz?",
  },
  card_visits: {
    access_id: "text",
    card_id: "text",
    ruleset_id: "text",
    location_id: "text",
    at: "timestamptz",
    confirmed_at: "timestamptz?",
    confirm_revision: "int4?",
    paid: "bool",
    adults_free: "int4",
    adults_paid: "int4",
    children_free: "int4",
    children_paid: "int4",
  },
  cards: {
    card_id: "text",
    revision: "int4",
    frozen: "bool",
    frozen_at: "timestamptz?",
    frozen_reason: "text?",
    enrolled: "bool",
    asi_failed: "bool",
    open_access_id: "text?",
    open_expires_at: "timestamptz?",
    ica: "text?",
    ica_name: "text?",
    product_code: "text?",
    product_name: "text?",
    issuer_country: "text?",
    first_seen_at: "timestamptz",
    last_seen_at: "timestamptz",
    has_offline: "bool",
  },
  checkpoints: {
    name: "text",
    version: "int4",
    position: "text",
    error: "text?",
    failed_at: "timestamptz?",
    moved_at: "timestamptz",
    building: "text?",
  },
  events: {
    stream: "text",
    revision: "int8",
    id: "uuid",
    type: "text",
    body: "text",
    hash: "text",
    epoch: "int4",
    xid: "xid8",
    position: "int8",
  },
  idempotency_keys: {
    principal: "text",
    key: "text",
    fingerprint: "bytea",
    status: "int4?",
    body: "text?",
    headers: "text?",
    created_at: "timestamptz",
  },
  installation: {
    id: "int4",
    test_clock: "bool",
    clock_offset_ms: "int8",
    keyring_id: "text",
    demo_loaded: "bool",
    created_at: "timestamptz",
    log: "text",
    log_prefix: "text",
    log_seen: "text",
    vault_version: "int4?",
  },
  log_epoch: {
    epoch: "int4",
    system_identifier: "int8",
    started_at: "timestamptz",
  },
  offline_reports: {
    device: "text",
    report_id: "text",
    fingerprint: "bytea",
    access_id: "text",
    card_id: "text",
  },
  operation_counts: {
    slot: "timestamptz",
    location_id: "text",
    merchant_id: "text",
    service: "text",
    ica: "text",
    ruleset_id: "text",
    status: "text",
    code: "text",
    cost: "text",
    currency: "text",
    payment_status: "text",
    type: "text",
    operations: "int4",
    with_guests: "int4",
    adults_free: "int4",
    adults_paid: "int4",
    children_free: "int4",
    children_paid: "int4",
    free_children: "int4",
    charged: "numeric",
    refunded: "numeric",
  },
  operations: {
    access_id: "text",
    stream: "text",
    decided_revision: "int4",
    revision: "int4",
    request_id: "text?",
    card_id: "text",
    terminal: "text",
    merchant_id: "text?",
    location_id: "text?",
    location_name: "text?",
    country: "text?",
    service: "text?",
    type: "text",
    status: "text",
    code: "text?",
    at: "timestamptz",
    expires_at: "timestamptz?",
    confirmed_at: "timestamptz?",
    last_change_at: "timestamptz",
    entry_mode: "text?",
    ica: "text?",
    ica_name: "text?",
    product_code: "text?",
    issuer_country: "text?",
    ruleset_id: "text?",
    ruleset_name: "text?",
    ruleset_version: "int4?",
    cost: "text?",
    adults_free: "int4",
    adults_paid: "int4",
    children_free: "int4",
    children_paid: "int4",
    free_children: "int4",
    charged_amount: "text?",
    charged_currency: "text?",
    payment_status: "text",
    card_auth_response_code: "text?",
    flags: "_text",
    cancel_reason: "text?",
    reversal: "json?",
    corrections: "json",
    trust: "text?",
    offline: "json?",
    report_id: "text?",
    card_flags: "_text",
    reviewed_flags: "_text",
    review: "text?",
    waits: "bool",
    overtaken_by: "_text",
    cap_max: "int4?",
    budget_max: "int4?",
    budget_from: "timestamptz?",
    budget_to: "timestamptz?",
  },
  pairing_codes: {
    code_id: "text",
    number: "int8",
    tries: "int4",
    created_at: "timestamptz",
  },
  quota_holds: {
    ruleset_id: "text",
    access_id: "text",
    card_id: "text",
    attempt_key: "text?",
    status: "text",
    reserved_at: "timestamptz?",
    visit_at: "timestamptz",
  },
  rates: {
    seq: "int8",
    day: "date",
    base: "text",
    quote: "text",
    rate: "text",
    received_at: "timestamptz",
  },
  records: {
    kind: "text",
    id: "text",
    revision: "int4",
    name: "text",
    name_key: "text",
    deleted: "bool",
    created_at: "timestamptz",
    modified_at: "timestamptz",
    merchant_id: "text?",
    location_id: "text?",
    country: "text?",
    service: "text?",
    city: "text?",
    status: "text?",
    email: "text?",
    role: "text?",
    icas: "_text?",
    state: "json",
  },
  request_register: {
    terminal: "text",
    operation: "text",
    request_id: "text",
    fingerprint: "bytea",
    card_id: "text?",
    access_id: "text?",
    unplaced: "bool",
    created_at: "timestamptz",
  },
  ruleset_usage: { ruleset_id: "text", visits: "int4" },
  scope_revisions: {
    scope: "text",
    revision: "int8",
  },
  invitations: { hash: "bytea", user_id: "text", expires_at: "timestamptz" },
  sign_ins: { user_id: "text", at: "timestamptz" },
  user_preferences: { user_id: "text", name: "text", value: "text" },
  saved_views: {
    id: "text",
    user_id: "text",
    list: "text",
    name: "text",
    search: "text",
    shared_with: "_text",
    created_at: "timestamptz",
  },
  sessions: {
    hash: "bytea",
    user_id: "text",
    csrf: "text",
    created_at: "timestamptz",
    expires_at: "timestamptz",
    id: "text",
    browser: "text",
    last_seen_at: "timestamptz",
    confirmed_at: "timestamptz",
  },
  snapshots: {
    stream: "text",
    fold_version: "int4",
    revision: "int8",
    head_hash: "text",
    state: "text",
  },
  spare_tries: {
    caller: "text",
    code_id: "text",
    created_at: "timestamptz",
  },
  stream_heads: {
    stream: "text",
    revision: "int8",
    raised_at: "timestamptz",
  },
  terms_file_parts: {
    seq: "int8",
    hash: "text",
    part: "int4",
    bytes: "bytea",
  },
  transactions: {
    seq: "int8",
    transaction_id: "text",
    card_id: "text",
    type: "text",
    refers_to: "text?",
    minor: "text",
    currency: "text",
    mcc: "text",
    transaction_at: "timestamptz",
    posted_at: "timestamptz?",
    received_at: "timestamptz",
  },
  list_keys: {
    kid: "text",
    public_jwk: "json",
    sealed: "bytea",
    made_at: "timestamptz",
    retires_at: "timestamptz?",
  },
  user_passwords: {
    user_id: "text",
    hash: "text",
  },
  write_probe: {
    at: "timestamptz",
  },
  wrong_tries: {
    caller: "text",
    since: "timestamptz",
    tries: "int4",
    last_at: "timestamptz",
    locked_number: "int8?",
  },
};

type Type =
  | "bool"
  | "bytea"
  | "int4"
  | "int8"
  | "json"
  | "numeric"
  | "_text"
  | "text"
  | "timestamptz"
  | "date"
  | "uuid"
  | "xid8";

it("theSchemaThatStatementsAreWrittenByIsThatOfTheTables", async () => {
  const database = await createTestDatabase();
  const db = createKysely(createPool(database.url, { max: 2 }));
  try {
    await migrate(db);
    const tables = await db.introspection.getTables();
    const found = tables
      .filter(({ schema }) => schema === "public")
      .map(({ name, columns }) => [
        name,
        Object.fromEntries(
          columns.map((column) => [column.name, `${column.dataType}${column.isNullable ? "?" : ""}`]),
        ),
      ]);
    expect(Object.fromEntries(found)).toEqual(COLUMNS);
  } finally {
    await db.destroy();
    await database.drop();
  }
});
