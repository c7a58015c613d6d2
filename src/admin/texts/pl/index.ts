import type { CommonTexts } from "../texts.ts";
import { codes } from "./codes.ts";
import { operations } from "./operations.ts";
import { rulesetFields } from "./rulesetFields.ts";
import { shell } from "./shell.ts";
import { signIn } from "./signIn.ts";
import { tables } from "./tables.ts";
import { times } from "./times.ts";
import { windows } from "./windows.ts";

export const texts: CommonTexts = {
  codes,
  operations,
  rulesetFields,
  shell,
  signIn,
  tables,
  times,
  windows,
};
