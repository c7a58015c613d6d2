import type { Facts } from "../facts.ts";
import type { World } from "../world.ts";
import {
  acknowledgedIsStoredOnce,
  deedsAreDoneOnce,
  oneVerdictPerRequest,
  sameRequestSameAnswer,
} from "./answers.ts";
import { budgetsAreNeverExceeded, placesAgreeWithEntries } from "./budgets.ts";
import { everyEntryIsClosed, grantsKeepTheLimits, refusalsAreJustified } from "./cards.ts";
import { confirmationsAddUp } from "./confirmations.ts";
import { changesHoldEverywhere } from "./freshness.ts";
import {
  eventsAreAppliedOnce,
  everyHashChainVerifies,
  memoriesAgreeWithTheLog,
  readModelsAgreeWithTheLog,
} from "./log.ts";
import {
  acknowledgedReportsAreStoredOnce,
  missingNumbersNeverCame,
  operationsOfReports,
  reportsComeToTheSameInAnyOrder,
  visitsAreCountedOnce,
} from "./reports.ts";
import { oneCardPerNumber, registerAgreesWithTheStreams } from "./vault.ts";

type Invariant = (world: World, facts: Facts) => Promise<readonly string[]> | readonly string[];

/** What holds when a simulation has settled, by the names that a failing seed is reported with. */
export const INVARIANTS: Readonly<Record<string, Invariant>> = {
  nothingUnexpectedHappens: ({ desk, office }) => [...desk.surprises, ...office.surprises],
  everyHashChainVerifies,
  sameRequestSameAnswer,
  oneVerdictPerRequest,
  acknowledgedIsStoredOnce,
  deedsAreDoneOnce,
  acknowledgedReportsAreStoredOnce,
  visitsAreCountedOnce,
  reportsComeToTheSameInAnyOrder,
  missingNumbersNeverCame,
  operationsOfReports,
  grantsKeepTheLimits,
  refusalsAreJustified,
  confirmationsAddUp,
  everyEntryIsClosed,
  budgetsAreNeverExceeded,
  placesAgreeWithEntries,
  changesHoldEverywhere,
  oneCardPerNumber,
  registerAgreesWithTheStreams,
  memoriesAgreeWithTheLog,
  readModelsAgreeWithTheLog,
  eventsAreAppliedOnce,
};
