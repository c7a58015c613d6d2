import { account } from "./account.ts";
import { accountRanges } from "./accountRanges.ts";
import { cards } from "./cards.ts";
import { codes } from "./codes.ts";
import { exports } from "./exports.ts";
import { operation } from "./operation.ts";
import { operations } from "./operations.ts";
import { people } from "./people.ts";
import { places } from "./places.ts";
import { rulesetFields } from "./rulesetFields.ts";
import { rulesets } from "./rulesets.ts";
import { rulesetSummary } from "./rulesetSummary.ts";
import { shell } from "./shell.ts";
import { signIn } from "./signIn.ts";
import { system } from "./system.ts";
import { tables } from "./tables.ts";
import { times } from "./times.ts";
import { virtualTerminal } from "./virtualTerminal.ts";
import { windows } from "./windows.ts";

export const texts = {
  account,
  accountRanges,
  cards,
  codes,
  exports,
  operation,
  operations,
  people,
  places,
  rulesetFields,
  rulesets,
  rulesetSummary,
  shell,
  signIn,
  system,
  tables,
  times,
  virtualTerminal,
  windows,
} as const;
