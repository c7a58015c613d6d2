import { codes } from "./codes.ts";
import { operations } from "./operations.ts";
import { places } from "./places.ts";
import { shell } from "./shell.ts";
import { signIn } from "./signIn.ts";
import { tables } from "./tables.ts";
import { times } from "./times.ts";

export const texts = { codes, operations, places, shell, signIn, tables, times } as const;
