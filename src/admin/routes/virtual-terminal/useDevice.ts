import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { queryClient } from "../../api/queryClient.ts";
import { issuePairingCode, registerTerminal } from "../terminals/queries.ts";
import type { Call } from "./device/calls.ts";
import { newKeys } from "./device/keys.ts";
import { forgetDevice, keepDevice, type PairedDevice } from "./device/keyStore.ts";
import { heard, posClient } from "./device/wire.ts";

const MOST_CALLS = 50;
const SERIAL_BYTES = 4;

/** Which terminal it is to be: one that waits for its code, or a new one at a place. */
export type WhichTerminal =
  | { readonly kind: "waiting"; readonly serialNumber: string }
  | { readonly kind: "new"; readonly locationId: string };

export interface CallOptions {
  readonly language: string;
  readonly losesReply: boolean;
}

/** The device that this browser is: its key, its calls. */
export function useDevice(kept: PairedDevice | null) {
  const [device, setDevice] = useState(kept);
  const [calls, setCalls] = useState<readonly Call[]>([]);
  const aheadMs = useRef(0);
  const record = (call: Call): void => setCalls((before) => [call, ...before].slice(0, MOST_CALLS));
  const client = (options: CallOptions, as: PairedDevice | null = device) =>
    posClient({ ...options, device: as, aheadMs: aheadMs.current, onCall: record });
  const pairing = useMutation({
    mutationFn: async (which: WhichTerminal) => {
      const serialNumber = await registered(which);
      const { code } = await issuePairingCode(serialNumber);
      const { privateKey, publicKey, encryption } = await newKeys();
      const body = { serialNumber, pairingCode: code, publicKey, encryptionKey: { ...encryption.jwk } };
      const pos = client({ language: "en", losesReply: false }, null);
      const { serverTime } = await heard(pos.POST("/pos/pair", { body }));
      aheadMs.current = Date.parse(serverTime) - Date.now();
      const paired = { serialNumber, privateKey, encryptionKey: encryption.privateKey };
      await keepDevice(paired);
      setDevice(paired);
      await queryClient.invalidateQueries({ queryKey: ["terminals"] });
      return paired;
    },
  });
  const forget = async (): Promise<void> => {
    await forgetDevice();
    setDevice(null);
    setCalls([]);
  };
  return { device, calls, client, pairing, forget };
}

export type Device = ReturnType<typeof useDevice>;

async function registered(which: WhichTerminal): Promise<string> {
  if (which.kind === "waiting") return which.serialNumber;
  const bytes = crypto.getRandomValues(new Uint8Array(SERIAL_BYTES));
  const serialNumber = `VIRTUAL-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  const body = { serialNumber, locationId: which.locationId, profile: "standard" as const };
  await registerTerminal(body, crypto.randomUUID());
  return serialNumber;
}
