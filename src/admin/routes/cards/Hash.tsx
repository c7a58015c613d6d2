import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { queryClient } from "../../api/queryClient.ts";
import { ProblemText } from "../../shared/form/FormProblem.tsx";
import { useTexts } from "../../texts/texts.ts";
import { showHash } from "./queries.ts";
import classes from "./cards.module.css";

/** What partners know the card by: shown when it is wanted, which its history keeps. */
export function Hash({ cardId }: { readonly cardId: string }) {
  const { cards } = useTexts();
  const showing = useMutation({
    mutationFn: async () => await showHash(cardId, crypto.randomUUID()),
    onSuccess: async () => await queryClient.invalidateQueries({ queryKey: ["cards", "history", cardId] }),
    gcTime: 0,
  });
  if (showing.data !== undefined) return <code className={classes["wraps"] ?? ""}>{showing.data}</code>;
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        loading={showing.isPending}
        onClick={() => showing.mutate()}
      >
        {cards.showHash}
      </Button>{" "}
      <span className="meta">{cards.hashAudited}</span>
      {showing.error === null ? null : (
        <div role="alert">
          <ProblemText problem={showing.error} />
        </div>
      )}
    </>
  );
}
