import type { SERVICES } from "../../../../domain/services.ts";

export type Service = (typeof SERVICES)[number];
