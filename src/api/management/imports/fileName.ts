import { z } from "zod";

/** What the file is called where it came from: shown in the history, and nothing else. */
export const fileName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .describe("What the file is called, for the history of imports.");
