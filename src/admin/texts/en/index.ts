import { account } from "./account.ts";
import { accountRanges } from "./accountRanges.ts";
import { cards } from "./cards.ts";
import { codes } from "./codes.ts";
import { exports } from "./exports.ts";
import { operations } from "./operations.ts";
import { people } from "./people.ts";
import { places } from "./places.ts";
import { rulesetFields } from "./rulesetFields.ts";
import { rulesets } from "./rulesets.ts";
import { rulesetSummary } from "./rulesetSummary.ts";
import { shell } from "./shell.ts";
import { signIn } from "./signIn.ts";
import { tables } from "./tables.ts";
import { times } from "./times.ts";
import { windows } from "./windows.ts";

export const texts = {
  account,
  accountRanges,
  cards,
  codes,
  exports,
  operations,
  people,
  places,
  rulesetFields,
  rulesets,
  rulesetSummary,
  shell,
  signIn,
  tables,
  times,
  windows,
} as const;
