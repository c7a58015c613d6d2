import type { Texts } from "../texts.ts";
import { shell } from "./shell.ts";
import { signIn } from "./signIn.ts";
import { tables } from "./tables.ts";
import { times } from "./times.ts";

export const texts: Texts = { shell, signIn, tables, times };
