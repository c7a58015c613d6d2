import { isOpen } from "../../../domain/terminal/claimState.ts";
import { isPaired, type TerminalLife } from "../../../domain/terminal/life.ts";
import { businessNow } from "../../../engine/businessClock.ts";
import type { Services } from "../../../engine/services.ts";
import { type Answer, type Reply, reply } from "../../http/answer.ts";
import { headerOf } from "../../http/context.ts";
import type { Problem } from "../../http/problems.ts";
import type { AnyRoute, RawCall } from "../../http/route.ts";
import { showStatus } from "../lookups.ts";
import { statusAnswer } from "../schemas.ts";
import type { PosKit } from "../terminalRoute.ts";
import { recognizedIn } from "./deviceRoute.ts";
import { byEnvelope } from "./envelope.ts";
import { deviceStatus } from "./schemas.ts";

/** What a device polls: by its own signature before it is active, by its token afterwards. */
export function statusRoutes(kit: PosKit): readonly AnyRoute[] {
  const byToken = showStatus(kit);
  return ["/pos/status", "/pos/device-status"].map((path) => ({
    ...byToken,
    path,
    description:
      "With the terminal's token, or, for a device that is to be claimed, with its signature (`Device-Signature` and the headers beside it): then it answers `DeviceStatus`, and refuses by the envelope of the claim flow.",
    answers: { 200: statusAnswer.or(deviceStatus) },
    tells: { ...byEnvelope, name: "ClaimOrProblem", isPartial: true },
    reads: ["Device-Id", "Device-Timestamp", "Device-Nonce", "Device-Signature"],
    run: async (raw) => {
      if (headerOf(raw.context, "device-signature") === undefined) return await byToken.run(raw);
      const answer = await signedStatus(kit.services, raw, path);
      return answer.kind === "problem" ? byEnvelope.tell(answer, raw.traceId) : answer;
    },
  }));
}

async function signedStatus(
  services: Services,
  raw: RawCall,
  path: string,
): Promise<Reply<200, Answer<typeof deviceStatus>> | Problem> {
  const device = await recognizedIn(services, raw, path);
  if (device.kind === "problem") return device;
  return reply(200, statusOf(device.life, await businessNow(services)));
}

function statusOf(life: TerminalLife, now: number): Answer<typeof deviceStatus> {
  const { claim, serialNumber } = life;
  const isClaimed = isPaired(life) || (claim.status !== "NONE" && claim.status !== "PENDING");
  return {
    device_id: serialNumber,
    device_status: STATUS[life.status],
    is_claimed: isClaimed,
    pairing_code_status:
      claim.status === "NONE" ? "none" : isClaimed ? "used" : isOpen(claim, now) ? "active" : "expired",
  };
}

const STATUS = {
  REGISTERED: "registered",
  CLAIMED: "claimed",
  ATTESTED: "attested",
  ACTIVE: "active",
  SUSPENDED: "suspended",
  // It is not recognized any more.
  REVOKED: "suspended",
} as const satisfies Readonly<Record<TerminalLife["status"], string>>;
