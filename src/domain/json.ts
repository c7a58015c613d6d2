import { z } from "zod";

/** A value that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Any JSON value; its inside is not looked at again, because it was checked before it was stored. */
export const jsonValue = z.custom<Json>((value) => value !== undefined);
