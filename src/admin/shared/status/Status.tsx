import {
  IconArrowBackUp,
  IconBan,
  IconCheck,
  IconClock,
  IconHourglass,
  IconPencil,
  IconPlayerPause,
  IconPlugConnectedX,
  IconPointFilled,
  IconX,
  type TablerIcon,
} from "@tabler/icons-react";
import classes from "./Status.module.css";

export type Tone = "ok" | "bad" | "warn" | "info" | "mute" | "undo";

const ICONS = {
  check: IconCheck,
  cross: IconX,
  clock: IconClock,
  back: IconArrowBackUp,
  ban: IconBan,
  hourglass: IconHourglass,
  pencil: IconPencil,
  dot: IconPointFilled,
  pause: IconPlayerPause,
  unplugged: IconPlugConnectedX,
} as const satisfies Readonly<Record<string, TablerIcon>>;

export interface StatusProps {
  readonly tone: Tone;
  readonly icon: keyof typeof ICONS;
  readonly word: string;
  /** What it means, where the word alone does not say. */
  readonly hint?: string;
}

/** A state, by icon and word: the colour never says anything alone. */
export function Status({ tone, icon, word, hint }: StatusProps) {
  const Icon = ICONS[icon];
  return (
    <span className={`${classes["status"] ?? ""} ${classes[tone] ?? ""}`} title={hint}>
      <Icon size={14} stroke={2.2} aria-hidden="true" />
      {word}
    </span>
  );
}
