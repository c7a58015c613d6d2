import type { ReactNode } from "react";
import classes from "./Facts.module.css";

export type Fact = readonly [label: string, value: ReactNode];

/** What is known of one thing, name by name. */
export function Facts({ facts, label }: { readonly facts: readonly Fact[]; readonly label: string }) {
  return (
    <dl className={classes["facts"]} aria-label={label}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value === null || value === "" ? <span aria-hidden="true">–</span> : value}</dd>
        </div>
      ))}
    </dl>
  );
}
