import type { z } from "zod";
import type { Reply } from "./answer.ts";
import type { Problem, ProblemCode } from "./problems.ts";

/** How problems are told where somebody else's document says so, in place of problem details. */
export interface Telling {
  readonly schema: z.ZodType;
  /** Names the responses in the document. */
  readonly name: string;
  /** `application/json` by default. */
  readonly mediaType?: string;
  /** The route itself tells some of its problems so, and others as problem details. */
  readonly isPartial: boolean;
  readonly statusOf: (code: ProblemCode) => number;
  readonly tell: (problem: Problem, traceId: string) => Reply;
}
