import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useId, useRef, useState } from "react";
import { known } from "../../api/queryClient.ts";
import { may } from "../../api/session.ts";
import { isCardNumberFor } from "../../cardNumberGuard.ts";
import { useTexts } from "../../texts/texts.ts";
import { Dialog } from "../dialog/Dialog.tsx";
import { usePreferences } from "../page/preferencesContext.ts";
import { say } from "../page/toasts.ts";
import { lookUpCard, searchQuery } from "./queries.ts";
import { groupsOf, type Found, recentWith } from "./results.ts";
import classes from "./SearchDialog.module.css";

/** Typing has stopped for so long. Milliseconds. */
const PAUSE_MS = 150;
const NUMBER_PAUSE_MS = 700;
const MOST = 100;
/** More digits than these may become a card number: they are looked for when Enter is pressed. */
const DIGITS_AT_ONCE = 8;

/**
 * Finds pages, and what has a name or an id, while it is typed: a combobox, whose options are walked by the arrows. A card
 * number is taken out of the field at once, and is only ever looked up by its own route.
 */
export function SearchDialog({ onClose }: { readonly onClose: () => void }) {
  const texts = useTexts();
  const { search, shell } = texts;
  const id = useId();
  const navigate = useNavigate();
  const { preferences, change } = usePreferences();
  const [q, setQ] = useState("");
  const [active, setActive] = useState(0);
  const [hasPan, setHasPan] = useState(false);
  const pan = useRef<string | null>(null);
  const pause = useRef(0);
  const { data, isFetching, isPlaceholderData, isError } = useQuery(searchQuery(q));
  const groups = groupsOf(texts, q, data);
  const all = groups.flatMap(({ items }) => items);
  const optionId = (at: number): string => `${id}-${String(at)}`;

  function forget(): void {
    pan.current = null;
    setHasPan(false);
  }

  function look(text: string): void {
    setQ(text.trim().slice(0, MOST));
    setActive(0);
  }

  /** Whether it was a card number, which is nowhere but in `pan` then. */
  function isTakenOut(field: HTMLInputElement): boolean {
    if (!isCardNumberFor("q", field.value)) return false;
    pan.current = digitsOf(field.value);
    field.value = "";
    setHasPan(true);
    look("");
    return true;
  }

  function typed(field: HTMLInputElement): void {
    window.clearTimeout(pause.current);
    if (field.value !== "") forget();
    const digits = digitsOf(field.value);
    const mayBePan = /^\d+$/.test(digits) && digits.length > DIGITS_AT_ONCE;
    pause.current = window.setTimeout(
      () => {
        if (!isTakenOut(field) && !mayBePan) look(field.value);
      },
      // The beginning of a number is right by chance as well: it is let be typed to its end.
      mayBePan ? NUMBER_PAUSE_MS : PAUSE_MS,
    );
  }

  function enter(field: HTMLInputElement): void {
    window.clearTimeout(pause.current);
    if (hasPan) return void lookUp();
    if (isTakenOut(field)) return;
    const chosen = all[active];
    const text = field.value.trim().slice(0, MOST);
    if (text !== q || isPlaceholderData) void openFirst(text);
    else if (chosen !== undefined) open(chosen);
  }

  function open(found: Found): void {
    onClose();
    const { hit } = found;
    if (hit !== undefined) change({ recent: recentWith(preferences.recent, hit) });
    void navigate(found.link);
  }

  /** Whoever is faster than the answer gets what they typed. */
  async function openFirst(text: string): Promise<void> {
    look(text);
    const answer = await known(searchQuery(text)).catch(() => undefined);
    const first = groupsOf(texts, text, answer)[0]?.items[0];
    if (first !== undefined) open(first);
  }

  async function lookUp(): Promise<void> {
    const number = pan.current;
    forget();
    if (number === null) return;
    await lookUpCard(number).then(
      (cardId) => {
        onClose();
        void navigate({ to: "/cards/$cardId", params: { cardId } });
      },
      () => say(search.noSuchCard),
    );
  }

  return (
    <Dialog title={search.title} onClose={onClose} place="top">
      <input
        type="text"
        inputMode="search"
        role="combobox"
        className={classes["field"]}
        aria-label={search.label}
        aria-expanded={all.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={all[active] === undefined ? undefined : optionId(active)}
        placeholder={search.placeholder}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        onInput={({ currentTarget }) => typed(currentTarget)}
        onKeyDown={(event) => {
          const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
          if (step !== 0) {
            event.preventDefault();
            setActive((before) => (all.length === 0 ? 0 : (before + step + all.length) % all.length));
          } else if (event.key === "Enter") {
            event.preventDefault();
            enter(event.currentTarget);
          }
        }}
      />
      {hasPan ? (
        <div role="alert" className={classes["pan"]}>
          <p>{texts.tables.cardNumber}</p>
          {may("cards:lookup") ? <Button onClick={() => void lookUp()}>{search.lookUp}</Button> : null}
        </div>
      ) : null}
      <div id={`${id}-list`} role="listbox" aria-label={search.results} className={classes["list"]}>
        {groups.map(({ key, title, items }) => (
          <div key={key} role="group" aria-labelledby={`${id}-${key}`}>
            <div id={`${id}-${key}`} className={classes["group"]}>
              {title}
            </div>
            {items.map((found) => {
              const at = all.indexOf(found);
              return (
                // Chosen from the field, by its keys; the pointer is the other way.
                <div
                  key={found.key}
                  id={optionId(at)}
                  role="option"
                  aria-selected={at === active}
                  className={classes["option"]}
                  onClick={() => open(found)}
                  onMouseMove={() => setActive(at)}
                >
                  <bdi>{found.name}</bdi>
                  {found.hint === null ? null : <bdi className="second">{found.hint}</bdi>}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      <p role="status" className={classes["state"]}>
        {isError
          ? shell.states.failed
          : isFetching && all.length === 0
            ? shell.loading
            : q === ""
              ? search.hint
              : search.found(all.length)}
      </p>
    </Dialog>
  );
}

function digitsOf(text: string): string {
  return text.replaceAll(/[\s-]/g, "");
}
