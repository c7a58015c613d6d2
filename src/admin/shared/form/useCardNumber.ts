import { useState } from "react";
import { queryClient } from "../../api/queryClient.ts";
import { say } from "../page/toasts.ts";

export interface CardNumberSending {
  readonly isBusy: boolean;
  readonly problem: string | null;
  readonly setProblem: (problem: string | null) => void;
  readonly onPan: (pan: string) => void;
}

/** A dialog's card number on its way: to the server, and nowhere else. */
export function useCardNumber<Answer>({
  send,
  done,
  refusedBecause,
  onClose,
  onDone,
}: {
  readonly send: (pan: string) => Promise<Answer>;
  /** Said once it is done. */
  readonly done: string;
  readonly refusedBecause: (error: unknown) => string;
  readonly onClose: () => void;
  readonly onDone?: (answer: Answer) => Promise<void>;
}): CardNumberSending {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function sending(pan: string): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      const answer = await send(pan);
      say(done);
      onClose();
      await queryClient.invalidateQueries();
      await onDone?.(answer);
    } catch (error) {
      setProblem(refusedBecause(error));
    } finally {
      setBusy(false);
    }
  }

  return { isBusy, problem, setProblem, onPan: (pan) => void sending(pan) };
}
