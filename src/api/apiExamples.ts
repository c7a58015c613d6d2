import type { Example } from "./http/openapi.ts";
export const EXAMPLES: Readonly<Record<string, Example>> = {};
