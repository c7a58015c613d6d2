import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useId, useRef, useState } from "react";
import { known } from "../../../api/queryClient.ts";
import { isCardNumberFor } from "../../../cardNumberGuard.ts";
import { useTexts } from "../../../texts/texts.ts";
import classes from "./NamedFilter.module.css";
import { MOST_NAMED, type Named, namedQuery } from "./queries.ts";

/** Typing has stopped for so long. Milliseconds. */
const PAUSE_MS = 200;
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** A filter whose values are ids, chosen by their names: those that fit what is typed are asked of the server. */
export function NamedFilter({
  of,
  label,
  values,
  onChoose,
}: {
  readonly of: Named;
  readonly label: string;
  readonly values: readonly string[];
  readonly onChoose: (id: string) => void;
}) {
  const { tables, search } = useTexts();
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const [isRefused, setRefused] = useState(false);
  const pause = useRef(0);
  const { data = [], isPlaceholderData } = useQuery(namedQuery(of, typed, isOpen));
  const found = data.filter((one) => !values.includes(one.id));
  const optionId = (at: number): string => `${id}-${String(at)}`;

  function look(field: HTMLInputElement): void {
    window.clearTimeout(pause.current);
    setOpen(true);
    setRefused(false);
    pause.current = window.setTimeout(() => {
      const isPan = isCardNumberFor("name", field.value);
      // Neither the address nor the field keeps it.
      if (isPan) field.value = "";
      setRefused(isPan);
      setTyped(field.value.trim().slice(0, 200));
      setActive(0);
    }, PAUSE_MS);
  }

  function choose(field: HTMLInputElement | null, chosen: string): void {
    window.clearTimeout(pause.current);
    if (field !== null) field.value = "";
    setTyped("");
    setOpen(false);
    onChoose(chosen);
  }

  /** Whoever is faster than the answer has what they typed. */
  async function chooseFirst(input: HTMLInputElement, text: string): Promise<void> {
    const answer = await known(namedQuery(of, text, true)).catch(() => []);
    const first = answer.find((one) => !values.includes(one.id));
    if (first !== undefined && input.value.trim() === text) choose(input, first.id);
  }

  const field = useRef<HTMLInputElement>(null);
  return (
    <div
      className={classes["field"]}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setOpen(false);
      }}
    >
      <TextInput
        ref={field}
        label={label}
        placeholder={tables.named.hint}
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && found[active] !== undefined ? optionId(active) : undefined}
        autoComplete="off"
        error={isRefused ? tables.cardNumber : undefined}
        onClick={() => setOpen(true)}
        onInput={({ currentTarget }) => look(currentTarget)}
        onKeyDown={(event) => {
          const { key, currentTarget } = event;
          const step = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
          const chosen = found[active];
          if (step !== 0) {
            event.preventDefault();
            setOpen(true);
            setActive((before) => (found.length === 0 ? 0 : (before + step + found.length) % found.length));
          } else if (key === "Escape" && isOpen) {
            event.stopPropagation();
            setOpen(false);
          } else if (key === "Enter") {
            const text = currentTarget.value.trim();
            const isSettled = text === typed && !isPlaceholderData;
            if (ULID.test(text)) choose(currentTarget, text);
            else if (isOpen && isSettled && chosen !== undefined) choose(currentTarget, chosen.id);
            else if (!isSettled && !isCardNumberFor("name", text)) void chooseFirst(currentTarget, text);
          }
        }}
      />
      {isOpen ? (
        <div className={classes["choices"]}>
          <div id={`${id}-list`} role="listbox" aria-label={label}>
            {found.map((one, at) => (
              <div
                key={one.id}
                id={optionId(at)}
                role="option"
                aria-selected={at === active}
                className={classes["option"]}
                // Before the field loses the focus.
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => choose(field.current, one.id)}
              >
                <bdi>{one.name}</bdi>
              </div>
            ))}
          </div>
          <p role="status" className={classes["state"]}>
            {data.length >= MOST_NAMED
              ? tables.named.more
              : isPlaceholderData
                ? null
                : search.found(found.length)}
          </p>
        </div>
      ) : null}
    </div>
  );
}
