import { Status } from "../../shared/status/Status.tsx";
import { useTexts } from "../../texts/texts.ts";

export function CardStatus({
  frozen,
  isReplaced,
}: {
  readonly frozen: boolean;
  readonly isReplaced: boolean;
}) {
  const { cards } = useTexts();
  if (isReplaced) return <Status tone="mute" icon="ban" word={cards.statuses.REPLACED} />;
  return frozen ? (
    <Status tone="bad" icon="ban" word={cards.statuses.FROZEN} />
  ) : (
    <Status tone="ok" icon="check" word={cards.statuses.ACTIVE} />
  );
}
