import { Link } from "@tanstack/react-router";
import type { ListSearch } from "../table/filters.ts";
import classes from "./TabLinks.module.css";

export interface TabLink {
  readonly name: string;
  readonly label: string;
  readonly search: ListSearch;
}

/** Parts of a page that have addresses of their own. */
export function TabLinks({
  label,
  tabs,
  current,
}: {
  readonly label: string;
  readonly tabs: readonly TabLink[];
  readonly current: string;
}) {
  return (
    <nav className={classes["tabs"]} aria-label={label}>
      {tabs.map(({ name, label: text, search }) => (
        <Link key={name} to="." search={search} aria-current={name === current ? "page" : undefined} replace>
          {text}
        </Link>
      ))}
    </nav>
  );
}
