import type { Texts } from "../texts.ts";
import { codes } from "./codes.ts";
import { decision } from "./decision.ts";
import { operation } from "./operation.ts";
import { operations } from "./operations.ts";
import { places } from "./places.ts";
import { rulesetFields } from "./rulesetFields.ts";
import { rulesets } from "./rulesets.ts";
import { rulesetSummary } from "./rulesetSummary.ts";
import { shell } from "./shell.ts";
import { signIn } from "./signIn.ts";
import { tables } from "./tables.ts";
import { times } from "./times.ts";
import { windows } from "./windows.ts";

export const texts: Texts = {
  codes,
  decision,
  operation,
  operations,
  places,
  rulesetFields,
  rulesets,
  rulesetSummary,
  shell,
  signIn,
  tables,
  times,
  windows,
};
