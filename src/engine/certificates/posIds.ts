import { terminalStream } from "../../domain/terminal/events.ts";
import type { Services } from "../services.ts";

/** Whether the name is this terminal's from here on: it is, unless another has a certificate by it. Under `LOCKS.posIds`. */
export async function takePosId(services: Services, posId: string, serialNumber: string): Promise<boolean> {
  const { db } = services;
  const holder = await db
    .selectFrom("pos_ids")
    .select("serial_number")
    .where("pos_id", "=", posId)
    .executeTakeFirst();
  if (holder?.serial_number === serialNumber) return true;
  if (holder !== undefined && (await goesBy(services, holder.serial_number, posId))) return false;
  await db
    .insertInto("pos_ids")
    .values({ pos_id: posId, serial_number: serialNumber })
    .onConflict((conflict) => conflict.column("pos_id").doUpdateSet({ serial_number: serialNumber }))
    .execute();
  return true;
}

async function goesBy(services: Services, serialNumber: string, posId: string): Promise<boolean> {
  const { state } = await services.streams.terminal.refresh(terminalStream(serialNumber));
  const credential = state?.credential ?? null;
  const isActive = credential?.status === "ACTIVE" && credential.proof.kind === "CERTIFICATE";
  return isActive && credential.proof.posId === posId;
}
