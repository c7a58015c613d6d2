import { ActionIcon } from "@mantine/core";
import { IconMinus, IconPlus } from "@tabler/icons-react";
import { useTexts } from "../../texts/texts.ts";
import { type Granted, type Guests, roomFor } from "./visit.ts";
import classes from "./VirtualTerminal.module.css";

const MOST_FREE_CHILDREN = 10;

/** Guests of each kind, up to what was granted. */
export function GuestSteppers({
  granted,
  guests,
  onChange,
}: {
  readonly granted: Granted;
  readonly guests: Guests;
  readonly onChange: (guests: Guests) => void;
}) {
  const { controls } = useTexts().virtualTerminal;
  const { freeUnderAge } = granted.guests;
  const rows = [
    { kind: "adults" as const, label: controls.adults, room: roomFor("adults", granted, guests) },
    { kind: "children" as const, label: controls.children, room: roomFor("children", granted, guests) },
    ...(freeUnderAge === null
      ? []
      : [
          {
            kind: "freeChildren" as const,
            label: controls.freeChildren(freeUnderAge),
            room: MOST_FREE_CHILDREN - guests.freeChildren,
          },
        ]),
  ];
  return (
    <ul className={classes["guests"]} aria-label={controls.guests}>
      {rows.map(({ kind, label, room }) => (
        <li key={kind}>
          <span>{label}</span>
          <ActionIcon
            variant="default"
            aria-label={controls.fewer(label)}
            disabled={guests[kind] === 0}
            onClick={() => onChange({ ...guests, [kind]: guests[kind] - 1 })}
          >
            <IconMinus size={16} aria-hidden="true" />
          </ActionIcon>
          <output aria-label={label}>{guests[kind]}</output>
          <ActionIcon
            variant="default"
            aria-label={controls.moreOf(label)}
            disabled={room <= 0}
            onClick={() => onChange({ ...guests, [kind]: guests[kind] + 1 })}
          >
            <IconPlus size={16} aria-hidden="true" />
          </ActionIcon>
        </li>
      ))}
    </ul>
  );
}
