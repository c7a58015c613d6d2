import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { queryClient } from "../../api/queryClient.ts";
import { run } from "./steps.ts";
import type { CallOptions, Device } from "./useDevice.ts";
import { type Guests, NO_GUESTS, type Step, type Visit } from "./visit.ts";

/** A card's way past the terminal, step by step. */
export function useVisit({ client }: Device, options: CallOptions) {
  const [visit, setVisit] = useState<Visit>({ kind: "idle" });
  const [guests, setGuests] = useState<Guests>(NO_GUESTS);
  const pos = client(options);

  const stepping = useMutation({
    mutationFn: async (step: Step) => await run(pos, step, guests),
    onMutate: ({ kind }) => {
      if (kind === "tap") setGuests(NO_GUESTS);
    },
    onSuccess: setVisit,
    onSettled: () => void queryClient.invalidateQueries({ queryKey: ["operations"] }),
  });

  /** A card goes in with a guest, where it may; and comes back too early. */
  const playing = useMutation({
    mutationFn: async (pan: string) => {
      setGuests(NO_GUESTS);
      const first = await run(pos, { kind: "tap", pan }, NO_GUESTS);
      setVisit(first);
      if (first.kind !== "granted") return;
      const { answer: granted } = first;
      const heads = { ...NO_GUESTS, adults: granted.guests.adults.max === 0 ? 0 : 1 };
      setGuests(heads);
      const quoted = await run(pos, { kind: "quote", granted }, heads);
      setVisit(quoted);
      const quote = quoted.kind === "granted" ? quoted.quote : null;
      setVisit(await run(pos, { kind: "confirm", granted, quote, isCollected: true }, heads));
      setVisit(await run(pos, { kind: "tap", pan }, NO_GUESTS));
    },
    onSettled: () => void queryClient.invalidateQueries({ queryKey: ["operations"] }),
  });

  return {
    visit,
    guests,
    setGuests,
    step: (step: Step) => stepping.mutate(step),
    play: (pan: string) => playing.mutate(pan),
    isBusy: stepping.isPending || playing.isPending,
    problem: playing.error ?? stepping.error,
  };
}
