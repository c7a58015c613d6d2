import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { queryClient } from "../../api/queryClient.ts";
import type { Tapped } from "../../../terminalKit/offlineTerminal.ts";
import type { Sent } from "../../../terminalKit/reports.ts";
import { loadJournal } from "./device/keyStore.ts";
import type { Lists, OfflineSide } from "./device/offlineSide.ts";
import type { CallOptions, Device } from "./useDevice.ts";
import type { Guests } from "./visit.ts";

/** Another window of this browser is this terminal. */
export class ElsewhereError extends Error {
  override readonly name = "ElsewhereError";
}

/** The terminal's line: cut, it decides by its lists; back, it tells what it has decided. */
export function useOffline({ client, device }: Device, options: CallOptions) {
  const [lists, setLists] = useState<Lists | null>(null);
  const [tapped, setTapped] = useState<Tapped | null>(null);
  const [sent, setSent] = useState<Sent | null>(null);
  const [untold, setUntold] = useState(0);
  const side = useRef<OfflineSide | null>(null);
  const pos = client(options);

  async function open(): Promise<OfflineSide> {
    if (device === null) throw new Error("the terminal is paired");
    if (side.current !== null) return side.current;
    const { OfflineSide: Side } = await import("./device/offlineSide.ts");
    const opened = await Side.open(device);
    if (opened === null) throw new ElsewhereError("another window of this browser is this terminal");
    side.current = opened;
    setUntold(opened.journal.pending().length);
    return opened;
  }

  useEffect(() => () => side.current?.close(), []);

  // What was decided before the page was loaded anew.
  const restoring = useQuery({
    queryKey: ["virtual-terminal", "journal", device?.serialNumber ?? ""],
    queryFn: async () => {
      if ((await loadJournal()) === null) return null;
      const { journal } = await open();
      return journal.pending().length;
    },
    retry: false,
  });

  const cutting = useMutation({
    mutationFn: async () => await (await open()).fetch(pos),
    onSuccess: (fetched) => {
      setLists(fetched);
      setTapped(null);
      setSent(null);
    },
  });
  const tapping = useMutation({
    mutationFn: async ({ pan, guests, isCollected }: OfflineTap) =>
      await (await open()).tap(pan, guests, isCollected),
    onSuccess: setTapped,
    onSettled: () => setUntold(side.current?.journal.pending().length ?? 0),
  });
  const telling = useMutation({
    mutationFn: async () => await (await open()).report(pos),
    onSuccess: (told) => {
      setLists(null);
      setSent(told);
      setUntold(told.remaining);
    },
    onSettled: () => void queryClient.invalidateQueries({ queryKey: ["operations"] }),
  });

  return {
    /** What it decides by; null: the line is there. */
    lists,
    tapped,
    sent,
    untold,
    cut: () => cutting.mutate(),
    comeBack: () => telling.mutate(),
    tap: (tap: OfflineTap) => tapping.mutate(tap),
    isBusy: cutting.isPending || tapping.isPending || telling.isPending,
    problem: telling.error ?? tapping.error ?? cutting.error ?? restoring.error,
  };
}

interface OfflineTap {
  readonly pan: string;
  readonly guests: Guests;
  readonly isCollected: boolean;
}

export type Offline = ReturnType<typeof useOffline>;
