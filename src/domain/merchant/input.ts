import { z } from "zod";

export const merchantInput = z.strictObject({ name: z.string().trim().min(1).max(200) });
