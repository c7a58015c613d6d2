import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { queryClient } from "../../api/queryClient.ts";
import { ProblemText } from "../../shared/form/FormProblem.tsx";
import { say } from "../../shared/page/toasts.ts";
import { useTexts } from "../../texts/texts.ts";
import { verifyEnrolment } from "./queries.ts";

/** Asks the reward system about the card; what it says stands among the card's facts, and in its history. */
export function VerifyButton({ cardId }: { readonly cardId: string }) {
  const { cards } = useTexts();
  const words = cards.verification;
  const verifying = useMutation({
    mutationFn: async () => await verifyEnrolment(cardId, crypto.randomUUID()),
    onSuccess: async ({ why, verification }) => {
      await queryClient.invalidateQueries({ queryKey: ["cards"] });
      if (why !== null) say(words.silent(words.silences[why]));
      else if (verification?.differences.length === 0) say(words.confirmed);
      else say(words.changesNothing);
    },
  });
  return (
    <>
      <Button variant="default" loading={verifying.isPending} onClick={() => verifying.mutate()}>
        {words.open}
      </Button>
      {verifying.error === null ? null : (
        <div role="alert">
          <ProblemText problem={verifying.error} />
        </div>
      )}
    </>
  );
}
