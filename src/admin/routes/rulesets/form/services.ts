import type { SERVICES } from "../../../../domain/codes.ts";

export type Service = (typeof SERVICES)[number];
