import type { ReactNode } from "react";
import classes from "./SectionHead.module.css";

/** A part of a page: its heading, and what can be done in it. */
export function SectionHead({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className={classes["head"]}>
      <h2>{title}</h2>
      <div>{children}</div>
    </div>
  );
}
