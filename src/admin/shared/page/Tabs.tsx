import { type KeyboardEvent, type ReactNode, useId } from "react";
import classes from "./TabLinks.module.css";

export interface Tab<Name extends string> {
  readonly name: Name;
  readonly label: string;
}

/** Parts of a page that share a place and have no address: arrows go from one to the next. */
export function Tabs<Name extends string>({
  label,
  tabs,
  current,
  onChoose,
  children,
}: {
  readonly label: string;
  readonly tabs: readonly Tab<Name>[];
  readonly current: Name;
  readonly onChoose: (name: Name) => void;
  readonly children: ReactNode;
}) {
  const id = useId();
  const tabId = (name: Name): string => `${id}-${name}`;
  function step(event: KeyboardEvent, index: number): void {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = tabs[(index + by + tabs.length) % tabs.length];
    if (by === 0 || next === undefined) return;
    event.preventDefault();
    onChoose(next.name);
    document.getElementById(tabId(next.name))?.focus();
  }
  return (
    <>
      <div role="tablist" aria-label={label} className={classes["tabs"]}>
        {tabs.map(({ name, label: text }, index) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={tabId(name)}
            aria-selected={name === current}
            aria-controls={`${id}-panel`}
            tabIndex={name === current ? 0 : -1}
            onClick={() => onChoose(name)}
            onKeyDown={(event) => step(event, index)}
          >
            {text}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={tabId(current)} className={classes["panel"]}>
        {children}
      </div>
    </>
  );
}
