import type { Asker } from "../../entry/request.ts";
import type { Services } from "../../services.ts";
import type { AuthenticatedTerminal } from "../../terminals/authenticate.ts";
import type { ReportScene } from "./scene.ts";

/** What a call has in common. */
export interface ReportCall {
  readonly services: Services;
  readonly asker: Asker & { readonly terminal: AuthenticatedTerminal };
  readonly fresh: Awaited<ReturnType<Services["gate"]["freshness"]>>;
  readonly scene: ReportScene;
  /** Business time. */
  readonly now: number;
}
