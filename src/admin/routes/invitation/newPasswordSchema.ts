import { z } from "zod";
import { passwordFlaw } from "../../../domain/user/passwords.ts";

export interface Passwords {
  readonly password: string;
  readonly repeated: string;
}

const FEWEST = 12;
const MOST = 200;

/** A password typed twice; loaded when the first field is left. */
export function newPasswordSchema(
  email: string,
  words: { readonly tooShort: string; readonly differs: string },
): z.ZodType<Passwords> {
  return z
    .object({ password: z.string().min(FEWEST, words.tooShort).max(MOST), repeated: z.string() })
    .superRefine(({ password, repeated }, context) => {
      const flaw = passwordFlaw(password, email);
      if (flaw !== null) context.addIssue({ code: "custom", path: ["password"], message: flaw });
      if (password !== repeated)
        context.addIssue({ code: "custom", path: ["repeated"], message: words.differs });
    });
}
