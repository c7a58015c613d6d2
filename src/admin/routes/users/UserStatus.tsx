import { Status } from "../../shared/status/Status.tsx";
import { useTexts } from "../../texts/texts.ts";
import type { User } from "./queries.ts";

const LOOKS = {
  ACTIVE: { tone: "ok", icon: "check" },
  INVITED: { tone: "info", icon: "clock" },
  DISABLED: { tone: "mute", icon: "ban" },
} as const;

export function UserStatus({ status }: Pick<User, "status">) {
  const { statuses } = useTexts().people;
  return <Status {...LOOKS[status]} word={statuses[status]} />;
}
