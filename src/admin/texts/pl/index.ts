import type { CommonTexts } from "../texts.ts";
import { compare } from "./compare.ts";
import { fields } from "./fields.ts";
import { operations } from "./operations.ts";
import { search } from "./search.ts";
import { shell } from "./shell.ts";
import { signIn } from "./signIn.ts";
import { tables } from "./tables.ts";
import { times } from "./times.ts";
import { windows } from "./windows.ts";

export const texts: CommonTexts = {
  compare,
  fields,
  operations,
  search,
  shell,
  signIn,
  tables,
  times,
  windows,
};
