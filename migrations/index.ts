import type { Migration } from "kysely";
import * as eventLog from "./202611290500_event_log.ts";
import * as vault from "./202611290501_vault.ts";
import * as gate from "./202611290502_gate.ts";
import * as accounts from "./202611290503_accounts.ts";
import * as wrongTries from "./202611290504_wrong_tries.ts";
import * as referenceData from "./202611290505_reference_data.ts";
import * as readModels from "./202611290506_read_models.ts";
import * as installation from "./202611290507_installation.ts";
import * as terms from "./202611291210_terms.ts";
import * as people from "./202611291225_people.ts";
import * as branding from "./202611291300_branding.ts";
import * as operationFilters from "./202611291310_operation_filters.ts";
import * as operationCounts from "./202611291320_operation_counts.ts";
import * as ownChoices from "./202611291530_own_choices.ts";
import * as rulesetUsage from "./202611291910_ruleset_usage.ts";
import * as sharedViews from "./202611291940_shared_views.ts";
import * as listKeys from "./202611292000_list_keys.ts";
import * as whitelists from "./202611292240_whitelists.ts";
import * as offlineEntries from "./202611292250_offline_entries.ts";
import * as enrollments from "./202611300300_enrollments.ts";
import * as claimCodes from "./202611300330_claim_codes.ts";
import * as pairingFailures from "./202611300640_pairing_failures.ts";
import * as devices from "./202611300700_devices.ts";
import * as certificates from "./202611300730_certificates.ts";
import * as webhooks from "./202611301100_webhooks.ts";
import * as outside from "./202611301110_outside.ts";
import * as referenceWindows from "./202611301120_reference_windows.ts";
import * as enrolledCards from "./202611301130_enrolled_cards.ts";
import * as payments from "./202611301140_payments.ts";
import * as adjustments from "./202611301160_adjustments.ts";
import * as vaultKeys from "./202611301170_vault_keys.ts";
import * as rewards from "./202611301200_rewards.ts";
import * as imports from "./202611301210_imports.ts";
import * as terminalSightings from "./202612010800_terminal_sightings.ts";
import * as accountsOffline from "./202612011000_accounts_offline.ts";

/**
 * Every migration by its name, in the order of the names: `YYYYMMDDHHMM_what`, the name of its file beside this one.
 * They are listed by hand because the product is bundled into one file. Append only: what was released is never altered.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  "202611290500_event_log": eventLog,
  "202611290501_vault": vault,
  "202611290502_gate": gate,
  "202611290503_accounts": accounts,
  "202611290504_wrong_tries": wrongTries,
  "202611290505_reference_data": referenceData,
  "202611290506_read_models": readModels,
  "202611290507_installation": installation,
  "202611291210_terms": terms,
  "202611291225_people": people,
  "202611291300_branding": branding,
  "202611291310_operation_filters": operationFilters,
  "202611291320_operation_counts": operationCounts,
  "202611291530_own_choices": ownChoices,
  "202611291910_ruleset_usage": rulesetUsage,
  "202611291940_shared_views": sharedViews,
  "202611292000_list_keys": listKeys,
  "202611292240_whitelists": whitelists,
  "202611292250_offline_entries": offlineEntries,
  "202611300300_enrollments": enrollments,
  "202611300330_claim_codes": claimCodes,
  "202611300640_pairing_failures": pairingFailures,
  "202611300700_devices": devices,
  "202611300730_certificates": certificates,
  "202611301100_webhooks": webhooks,
  "202611301110_outside": outside,
  "202611301120_reference_windows": referenceWindows,
  "202611301130_enrolled_cards": enrolledCards,
  "202611301140_payments": payments,
  "202611301160_adjustments": adjustments,
  "202611301170_vault_keys": vaultKeys,
  "202611301200_rewards": rewards,
  "202611301210_imports": imports,
  "202612010800_terminal_sightings": terminalSightings,
  "202612011000_accounts_offline": accountsOffline,
};
