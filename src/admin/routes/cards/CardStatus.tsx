import { Status } from "../../shared/status/Status.tsx";
import { useTexts } from "../../texts/texts.ts";

export function CardStatus({ frozen }: { readonly frozen: boolean }) {
  const { cards } = useTexts();
  return frozen ? (
    <Status tone="bad" icon="ban" word={cards.statuses.FROZEN} />
  ) : (
    <Status tone="ok" icon="check" word={cards.statuses.ACTIVE} />
  );
}
