import type { Texts } from "../texts.ts";
import { codes } from "./codes.ts";
import { operations } from "./operations.ts";
import { places } from "./places.ts";
import { shell } from "./shell.ts";
import { signIn } from "./signIn.ts";
import { tables } from "./tables.ts";
import { times } from "./times.ts";

export const texts: Texts = { codes, operations, places, shell, signIn, tables, times };
