import { type Instant, instant } from "../../domain/time.ts";
import { timestamp } from "../../domain/timestamp.ts";

/** A time in a query, as an instant. */
export const timeQuery = timestamp.transform((text): Instant => instant(text));
