import { compare } from "./compare.ts";
import { operations } from "./operations.ts";
import { rulesetFields } from "./rulesetFields.ts";
import { search } from "./search.ts";
import { shell } from "./shell.ts";
import { signIn } from "./signIn.ts";
import { tables } from "./tables.ts";
import { times } from "./times.ts";
import { windows } from "./windows.ts";

export const texts = {
  compare,
  operations,
  rulesetFields,
  search,
  shell,
  signIn,
  tables,
  times,
  windows,
} as const;
