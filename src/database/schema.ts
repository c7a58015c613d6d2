import type { Generated } from "kysely";
import type { CommandAction } from "../domain/command/events.ts";
import type { PullOutcome } from "../domain/rates.ts";
import type { RewardPullOutcome } from "../domain/rewards.ts";
import type { Role } from "../domain/user/access.ts";
import type { TransactionType } from "../domain/ruleset/evaluate/facts.ts";
import type {
  AdjustmentRow,
  CardAdjustmentRow,
  CardRow,
  CertificateRow,
  CommandRow,
  PaymentRow,
  DirectoryRow,
  HoldRow,
  OperationCountRow,
  OperationJoinedCardRow,
  OperationRow,
  UsageRow,
  VisitRow,
} from "./readModels.ts";

/**
 * Every table, as a connection of ours reads it (`pool.ts`: int8 as a number, timestamptz as a Date). `Generated` is what
 * the database fills in.
 */
export interface Database
  extends EventTables,
    VaultTables,
    GateTables,
    AccountTables,
    RecordTables,
    WebhookTables {
  readonly checkpoints: {
    readonly name: string;
    readonly version: number;
    readonly position: string;
    readonly error: string | null;
    readonly failed_at: Date | null;
    readonly moved_at: Generated<Date>;
    readonly building: string | null;
  };
  readonly operations: OperationRow;
  readonly operation_counts: OperationCountRow;
  readonly operation_joined_cards: OperationJoinedCardRow;
  readonly cards: CardRow;
  readonly card_visits: VisitRow;
  readonly card_adjustments: CardAdjustmentRow;
  readonly adjustments: AdjustmentRow;
  readonly ruleset_usage: UsageRow;
  readonly records: DirectoryRow;
  readonly quota_holds: HoldRow;
  readonly certificates: CertificateRow;
  readonly device_commands: CommandRow;
  readonly installation: {
    readonly id: number;
    readonly test_clock: boolean;
    readonly clock_offset_ms: Generated<number>;
    readonly keyring_id: string;
    readonly demo_loaded: Generated<boolean>;
    readonly created_at: Generated<Date>;
    readonly log: Generated<"POSTGRESQL" | "EVENTSTOREDB">;
    readonly log_prefix: Generated<string>;
    readonly log_seen: Generated<string>;
    readonly vault_version: number | null;
  };
  readonly write_probe: { readonly at: Date };
  readonly list_keys: {
    readonly kid: string;
    readonly public_jwk: object | string;
    readonly sealed: Buffer;
    readonly made_at: Date;
    readonly retires_at: Date | null;
  };
  readonly certificate_authorities: {
    readonly id: string;
    readonly parent: string | null;
    readonly pem: string;
    readonly sealed: Buffer;
    readonly made_at: Date;
  };
  readonly location_secrets: {
    readonly key_id: string;
    readonly location_id: string;
    readonly sealed: Buffer;
    readonly made_at: Date;
    readonly retired_at: Date | null;
  };
}

interface WebhookTables {
  readonly webhook_feed: {
    readonly id: number;
    readonly position: string | null;
    readonly stream: string | null;
    readonly revision: number | null;
    readonly moved: Generated<boolean>;
    readonly leased_by: string | null;
    readonly leased_until: Date | null;
    readonly error: string | null;
  };
  readonly webhook_endpoints: {
    readonly id: string;
    readonly life: object | string;
    readonly deleted: boolean;
    readonly disabled_position: string | null;
    readonly down_since: Date | null;
  };
  readonly webhook_secrets: {
    readonly id: string;
    readonly endpoint_id: string;
    readonly sealed: Buffer;
  };
  readonly webhook_deliveries: {
    readonly id: string;
    readonly endpoint_id: string;
    readonly message_id: string;
    readonly type: string;
    readonly lane: string;
    readonly position: string | null;
    readonly body: string;
    readonly state: Generated<"WAITING" | "DELIVERED" | "DEAD">;
    readonly attempts: Generated<number>;
    readonly log: Generated<object | string>;
    readonly queued_at: Date;
    readonly tried_at: Date | null;
  };
  readonly webhook_lanes: {
    readonly endpoint_id: string;
    readonly lane: string;
    readonly waiting: number;
    readonly due_at: Date;
    readonly leased_by: string | null;
  };
  readonly webhook_replays: {
    readonly id: string;
    readonly endpoint_id: string;
    readonly position: string;
    readonly until_position: string;
    readonly queued: Generated<number>;
  };
}

interface EventTables {
  readonly log_epoch: {
    readonly epoch: number;
    readonly system_identifier: number;
    readonly started_at: Generated<Date>;
  };
  readonly events: {
    readonly stream: string;
    readonly revision: number;
    readonly id: string;
    readonly type: string;
    readonly body: string;
    readonly hash: string;
    readonly epoch: number;
    readonly xid: Generated<string>;
    readonly position: Generated<number>;
  };
}

interface VaultTables {
  readonly card_vault: {
    readonly card_id: string;
    /** Null once the cardholder was erased. */
    readonly mask: string | null;
    readonly created_at: Generated<Date>;
    readonly erased_at: Date | null;
    /** The card that took its place, whose numbers are let in. */
    readonly replaced_by: string | null;
  };
  readonly card_arefs: {
    readonly aref: string;
    readonly card_id: string;
  };
  readonly export_keys: {
    readonly version: number;
    readonly sealed: Buffer;
    readonly made_at: Date;
  };
  readonly card_export_hashes: {
    readonly card_id: string;
    readonly key_version: number;
    readonly hash: Buffer;
  };
  readonly card_alias: {
    readonly hash: Buffer;
    readonly key_version: number;
    readonly card_id: string;
    readonly kind: "PAN" | "TOKEN" | "PAR";
    readonly created_at: Generated<Date>;
    readonly joined: readonly string[] | null;
  };
  readonly vault_key_holders: {
    readonly instance: string;
    readonly newest_version: number;
    readonly seen_at: Date;
  };
}

interface GateTables {
  readonly offline_reports: {
    readonly device: string;
    readonly report_id: string;
    readonly fingerprint: Buffer;
    readonly access_id: string;
    readonly card_id: string;
  };
  readonly request_register: {
    readonly terminal: string;
    readonly operation: string;
    readonly request_id: string;
    readonly fingerprint: Buffer;
    readonly card_id: string | null;
    readonly access_id: string | null;
    readonly unplaced: Generated<boolean>;
    readonly created_at: Generated<Date>;
  };
  readonly stream_heads: {
    readonly stream: string;
    readonly revision: number;
    readonly raised_at: Generated<Date>;
  };
  readonly scope_revisions: { readonly scope: Scope; readonly revision: number };
  readonly snapshots: {
    readonly stream: string;
    readonly fold_version: number;
    readonly revision: number;
    readonly head_hash: string;
    readonly state: string;
  };
}

/** What every instance keeps a copy of, and loads anew when its revision was raised. */
export type Scope = "rulesets" | "account-ranges" | "rates";

interface AccountTables {
  readonly api_key_hashes: { readonly hash: Buffer; readonly key_id: string };
  readonly user_passwords: { readonly user_id: string; readonly hash: string };
  readonly sessions: {
    readonly hash: Buffer;
    readonly user_id: string;
    readonly csrf: string;
    readonly created_at: Generated<Date>;
    readonly expires_at: Date;
    readonly id: Generated<string>;
    readonly browser: Generated<string>;
    readonly last_seen_at: Generated<Date>;
    readonly confirmed_at: Generated<Date>;
  };
  readonly invitations: { readonly hash: Buffer; readonly user_id: string; readonly expires_at: Date };
  readonly sign_ins: { readonly user_id: string; readonly at: Date };
  readonly user_preferences: { readonly user_id: string; readonly name: string; readonly value: string };
  readonly saved_views: {
    readonly id: string;
    readonly user_id: string;
    readonly list: string;
    readonly name: string;
    readonly search: string;
    readonly shared_with: Generated<readonly Role[]>;
    readonly created_at: Generated<Date>;
  };
  readonly idempotency_keys: {
    readonly principal: string;
    readonly key: string;
    readonly fingerprint: Buffer;
    readonly status: number | null;
    readonly body: string | null;
    readonly headers: string | null;
    readonly created_at: Generated<Date>;
  };
  readonly wrong_tries: {
    readonly caller: string;
    readonly since: Date;
    readonly tries: number;
    readonly last_at: Date;
    readonly locked_number: number | null;
  };
  readonly enrollment_codes: {
    readonly hash: Buffer;
    readonly enrollment_id: string;
    readonly made_at: Generated<Date>;
  };
  readonly pairing_codes: {
    readonly code_id: string;
    readonly number: Generated<number>;
    readonly tries: Generated<number>;
    readonly created_at: Generated<Date>;
  };
  readonly claim_codes: {
    readonly code_hash: Buffer;
    readonly code_id: string;
    readonly serial_number: string;
    readonly created_at: Generated<Date>;
  };
  readonly pairing_failures: {
    readonly serial_number: string;
    readonly why: string;
    readonly at: Date;
  };
  readonly setup_codes: {
    readonly code_hash: Buffer;
    readonly code_id: string;
    readonly serial_number: string;
    readonly created_at: Generated<Date>;
  };
  readonly amount_checks: {
    readonly key: string;
    readonly card_id: string;
    readonly access_id: string;
    readonly amount: string;
    readonly currency: string;
    readonly state: "ASKED" | "UNKNOWN" | "DUE" | "GIVEN_BACK" | "NOT_TAKEN";
    readonly outcome: "PASSED" | "FAILED" | "INSUFFICIENT_FUNDS" | null;
    readonly response_code: string | null;
    readonly asked_at: Date;
    readonly next_at: Date;
    readonly tries: Generated<number>;
    readonly problem: string | null;
    readonly settled_at: Date | null;
  };
  readonly payments: PaymentRow;
  readonly payment_tries: {
    readonly access_id: string;
    readonly next_at: Date;
    readonly tries: Generated<number>;
    readonly problem: string | null;
    readonly log: Generated<readonly unknown[]>;
  };
  readonly acquirer_references: {
    readonly access_id: string;
    readonly sealed: Buffer;
    readonly kept_at: Date;
  };
  readonly pos_ids: { readonly pos_id: string; readonly serial_number: string };
  readonly device_nonces: {
    readonly hash: Buffer;
    readonly seen_at: Date;
  };
  readonly device_connections: {
    readonly serial_number: string;
    readonly connection_id: string;
    readonly instance: string;
    readonly opened_at: Generated<Date>;
    readonly seen_at: Generated<Date>;
    readonly closed_at: Date | null;
    readonly close_code: number | null;
  };
  readonly terminal_sightings: {
    readonly serial_number: string;
    readonly device: number;
    readonly seen_at: Date;
  };
  readonly open_commands: {
    readonly command_id: string;
    readonly serial_number: string;
    readonly action: CommandAction;
    readonly queued_at: Date;
    readonly expires_at: Date;
  };
  readonly spare_tries: {
    readonly caller: string;
    readonly code_id: string;
    readonly created_at: Generated<Date>;
  };
}

interface RecordTables {
  readonly branding_files: {
    readonly seq: Generated<number>;
    readonly hash: string;
    readonly media_type: string;
    readonly bytes: Buffer;
  };
  readonly terms_file_parts: {
    readonly seq: Generated<number>;
    readonly hash: string;
    readonly part: number;
    readonly bytes: Buffer;
  };
  readonly account_ranges: {
    readonly id: Generated<number>;
    readonly import_id: string;
    readonly low: string;
    readonly high: string;
    readonly ica: string;
    readonly issuer_name: string;
    readonly country: string;
    readonly product_code: string;
    readonly product_name: string | null;
    readonly received_at: Generated<Date>;
  };
  readonly transactions: {
    readonly seq: Generated<number>;
    readonly transaction_id: string;
    readonly card_id: string;
    readonly type: TransactionType;
    readonly refers_to: string | null;
    readonly minor: string;
    readonly currency: string;
    readonly mcc: string;
    readonly transaction_at: Date;
    readonly posted_at: Date | null;
    readonly received_at: Generated<Date>;
  };
  readonly whitelist_uploads: {
    readonly seq: Generated<number>;
    readonly id: string;
    readonly scope_kind: "RULESET" | "LOCATION";
    readonly scope_id: string;
    readonly mode: "ADD" | "REPLACE" | "REMOVE";
    readonly by_hand: boolean;
    readonly lines: number;
    readonly added: number;
    readonly changed: number;
    readonly unchanged: number;
    readonly removed: number;
    readonly not_listed: number;
    readonly total: number;
    readonly actor_id: string;
    readonly actor_role: string;
    readonly at: Date;
    readonly received_at: Generated<Date>;
  };
  readonly opening_balance_imports: {
    readonly seq: Generated<number>;
    readonly id: string;
    readonly source: string;
    readonly lines: number;
    readonly taken: number;
    readonly unchanged: number;
    readonly refused: number;
    readonly actor_id: string;
    readonly actor_role: string;
    readonly at: Date;
    readonly received_at: Generated<Date>;
  };
  readonly imports: {
    readonly id: string;
    readonly kind: "TRANSACTIONS" | "ACCOUNT_RANGES" | "RATES" | "ENROLMENTS";
    readonly file_name: string | null;
    readonly state: "RUNNING" | "COMPLETED" | "INTERRUPTED" | "FAILED";
    readonly lines: number;
    readonly accepted: number;
    readonly known: number;
    readonly bad: number;
    readonly actor_id: string;
    readonly actor_role: string;
    readonly at: Date;
    readonly changed_at: Generated<Date>;
    readonly owner: string | null;
    readonly key: string | null;
    readonly attempt: string | null;
    readonly format: string | null;
    readonly file_lines: Generated<number>;
    readonly file_bytes: Generated<number>;
    readonly fingerprint: Buffer | null;
  };
  readonly import_bad_lines: {
    readonly import_id: string;
    readonly line: number;
    readonly place: number;
    readonly field: string | null;
    readonly message: string;
  };
  readonly whitelist_entries: {
    readonly seq: Generated<number>;
    readonly upload_id: string;
    readonly scope_id: string;
    readonly list_hash: Buffer;
    readonly reference_hash: Buffer | null;
    readonly card_id: string;
    readonly valid_from: Date | null;
    readonly valid_to: Date | null;
    readonly removed: boolean;
  };
  readonly rates: {
    readonly seq: Generated<number>;
    readonly day: Date;
    readonly base: string;
    readonly quote: string;
    readonly rate: string;
    readonly received_at: Generated<Date>;
  };
  /** What came of the last time that rates were fetched. One row at most. */
  readonly rate_pull: {
    readonly only_one: boolean;
    readonly at: Date;
    readonly outcome: PullOutcome;
    readonly detail: string | null;
    readonly stored: number;
    readonly until: string | null;
  };
  /** How far transactions were brought from the reward system. One row at most. */
  readonly reward_pull: {
    readonly only_one: boolean;
    readonly source: string;
    readonly cursor: string | null;
    readonly at: Date | null;
    readonly outcome: RewardPullOutcome | null;
    readonly status: number | null;
    readonly stored: number;
    readonly has_more: boolean;
    readonly moved_at: Date | null;
    readonly newest: Date | null;
    readonly differing: number;
  };
  /** Its transactions of cards that nobody has enrolled here yet. */
  readonly reward_waiting: {
    readonly transaction_id: string;
    readonly aref: string;
    readonly type: TransactionType;
    readonly refers_to: string | null;
    readonly minor: string;
    readonly currency: string;
    readonly mcc: string;
    readonly transaction_at: Date;
    readonly posted_at: Date | null;
    readonly received_at: Generated<Date>;
  };
}
