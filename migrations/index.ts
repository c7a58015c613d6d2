import type { Migration } from "kysely";
import * as eventLog from "./202611211400_event_log.ts";
import * as spine from "./202611211430_spine.ts";
import * as readModels from "./202611211500_read_models.ts";
import * as appendAtOnce from "./202611211800_append_at_once.ts";
import * as whereTheLogIs from "./202611211810_where_the_log_is.ts";
import * as groupedGate from "./202611211820_grouped_gate.ts";
import * as gateAtOnce from "./202611212000_gate_at_once.ts";
import * as keyringId from "./202611212300_keyring_id.ts";
import * as joinedCards from "./202611282130_joined_cards.ts";
import * as readiness from "./202611282210_readiness.ts";
import * as tries from "./202611282210_tries.ts";
import * as logSeen from "./202611290200_log_seen.ts";
import * as vaultVersion from "./202611290230_vault_version.ts";

/**
 * Every migration by its name, in the order of the names: `YYYYMMDDHHMM_what`, the name of its file beside this one.
 * They are listed by hand because the product is bundled into one file. Append only: what was released is never altered.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  "202611211400_event_log": eventLog,
  "202611211430_spine": spine,
  "202611211500_read_models": readModels,
  "202611211800_append_at_once": appendAtOnce,
  "202611211810_where_the_log_is": whereTheLogIs,
  "202611211820_grouped_gate": groupedGate,
  "202611212000_gate_at_once": gateAtOnce,
  "202611212300_keyring_id": keyringId,
  "202611282130_joined_cards": joinedCards,
  "202611282210_readiness": readiness,
  "202611282210_tries": tries,
  "202611290200_log_seen": logSeen,
  "202611290230_vault_version": vaultVersion,
};
