import { z } from "zod";

/** As printed on the device: what `sub` of its tokens says. */
export const serialNumber = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, "1 to 64 letters, digits and . _ : - are wanted");
