import { type Instant, instant, timestamp } from "../../domain/time.ts";

/** A time in a query, as an instant. */
export const timeQuery = timestamp.transform((text): Instant => instant(text));
